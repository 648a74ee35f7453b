using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// Training of two-layer ReLU networks on GPUs: one group of threads per slot, threads = neurons × samples. Follows
/// NUMERICS.md operation by operation.
/// </summary>
public static class MlpSimt
{
    /// <summary>
    /// Entries of a group's marks: a thread marks one or the other, so that what it found needs no branch.
    /// </summary>
    private const int Broken = 0;
    private const int Finite = 1;

    /// <summary>Threads of a slot's group.</summary>
    public static int GroupSize(LaunchShape shape) => SimtThread.PartsFor(shape.Width) * SimtThread.PartThreads;

    /// <summary>32-bit words of scratch per slot.</summary>
    public static long ScratchWords(LaunchShape shape) => SimtScratch.Words(shape);

    /// <summary>
    /// Draws the weights of fresh slots and advances running ones by at most ChunkSteps steps. Grid: one group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="weights">[slot][<see cref="MlpLayout.RunFloats"/>].</param>
    /// <param name="settings">[slot].</param>
    /// <param name="subsets">Relevant inputs, [slot][SubsetStride].</param>
    /// <param name="states">[slot].</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void Kernel(
        LaunchShape shape, ArrayView<float> weights, ArrayView<RunSettings> settings, ArrayView<int> subsets,
        ArrayView<RunState> states, ArrayView<uint> scratch)
    {
        // No barrier stands in a branch, only in loops: some OpenCL compilers copy all that follows a conditional barrier.
        int slot = Grid.IdxX;
        var memory = ForwardMemory.Allocate();
        var trouble = SharedMemory.Allocate<int>(2);
        long floats = MlpLayout.RunFloats(shape.Inputs, shape.Width);
        var run = new SimtRun(
            shape,
            settings[slot],
            subsets.SubView((long)slot * shape.SubsetStride, shape.SubsetStride),
            weights.SubView(slot * floats, floats),
            new SimtScratch(scratch, shape, slot),
            new SimtThread(Group.IdxX, Group.DimX));
        var state = states[slot];
        bool fresh = state.Phase == (int)RunPhase.Fresh;
        if (fresh)
            MlpSimtWeights.Draw(run);

        GroupSync.Barrier();
        if (fresh)
            state = new RunState { Phase = (int)RunPhase.Running, StopAt = state.StopAt };

        // One word of samples per turn, of the batch or of the held-out samples: the code of a forward pass exists once.
        bool loaded = state.Phase == (int)RunPhase.Running;
        int stepsLeft = loaded && !NetSimtRules.IsWaiting(state) ? shape.ChunkSteps : 0;
        ulong drawn = 0;
        int word = 0;
        bool judging = false;
        int errors = 0;
        int labels = 0;
        while (stepsLeft > 0)
        {
            ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch);
            if (judging)
            {
                MlpSimtSamples.DrawHeldOut(run, (ulong)state.Steps, word);
            }
            else if (word == 0)
            {
                MlpSimtSamples.DrawStream(run, first, drawn);
                drawn = SampleWindow.EndWord(first, shape.Batch);
            }

            GroupSync.Barrier();
            if (!judging && word == 0)
            {
                MlpSimtSamples.FillWindow(run, first);
                trouble[Broken] = 0;
            }

            GroupSync.Barrier();
            int samples = judging ? run.Settings.TestSamples : shape.Batch;
            var verdict = MlpSimtForward.Classify(
                run, memory, judging ? 0 : word, MlpLayout.ValidSamples(word, samples));
            errors += IntrinsicMath.PopCount(verdict.Errors);
            word++;
            bool read = word == MlpLayout.Words(samples);
            if (!judging)
            {
                MlpSimtUpdate.KeepInsideMargin(run, run.Scratch.Active(word - 1), verdict.InsideMargin);
                labels += IntrinsicMath.PopCount(verdict.InsideMargin)
                    - (2 * IntrinsicMath.PopCount(verdict.InsideMargin & verdict.Labels));
                if (read)
                    trouble[MlpSimtUpdate.Apply(run, labels) ? Finite : Broken] = 1;
            }

            GroupSync.Barrier();
            bool stepOver = false;
            if (judging)
            {
                // The number of errors is wanted at the end of the budget; before, one error settles the matter.
                stepOver = read || (errors > 0 && state.Steps < run.Settings.MaxSteps);
                if (stepOver)
                    state = Judged(run, state, errors);
            }
            else if (read)
            {
                state.Steps++;
                state.CleanBatches = errors == 0 ? state.CleanBatches + 1 : 0;
                if (trouble[Broken] != 0)
                    state.Phase = (int)RunPhase.Diverged;

                judging = state.Phase == (int)RunPhase.Running
                    && (state.Steps >= run.Settings.MaxSteps || IsClean(run, state));
                stepOver = !judging;
                word = 0;
                errors = 0;
                labels = 0;
            }

            if (stepOver)
            {
                judging = false;
                word = 0;
                errors = 0;
                bool stopped = state.Phase != (int)RunPhase.Running || NetSimtRules.IsWaiting(state);
                stepsLeft = stopped ? 0 : stepsLeft - 1;
            }
        }

        if (loaded && run.Thread.Index == 0)
            states[slot] = state;
    }

    /// <summary>Rules 2 and 3 of NUMERICS.md, "End of a run", after the held-out samples were classified.</summary>
    private static RunState Judged(SimtRun run, RunState state, int heldOutErrors)
    {
        if (heldOutErrors == 0 && IsClean(run, state))
        {
            state.Phase = (int)RunPhase.Solved;
        }
        else if (state.Steps >= run.Settings.MaxSteps)
        {
            state.Phase = (int)RunPhase.Budget;
            state.HeldOutErrors = heldOutErrors;
        }

        return state;
    }

    private static bool IsClean(SimtRun run, RunState state) =>
        state.CleanBatches >= MlpLayout.CleanBatchesNeeded(run.Shape.Batch);
}
