using System.Numerics;
using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// Training of two-layer ReLU networks on GPUs: one group of threads per slot, threads = neurons × samples. Follows
/// NUMERICS.md operation by operation.
/// </summary>
public static class MlpSimt
{
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
        int slot = Grid.IdxX;
        var memory = ForwardMemory.Allocate();
        var trouble = SharedMemory.Allocate<int>(1);
        var state = states[slot];
        if (state.Phase != (int)RunPhase.Fresh && state.Phase != (int)RunPhase.Running)
            return;

        long floats = MlpLayout.RunFloats(shape.Inputs, shape.Width);
        var run = new SimtRun(
            shape,
            settings[slot],
            subsets.SubView((long)slot * shape.SubsetStride, shape.SubsetStride),
            weights.SubView(slot * floats, floats),
            new SimtScratch(scratch, shape, slot),
            new SimtThread(Group.IdxX, Group.DimX));
        GroupSync.Barrier();
        if (state.Phase == (int)RunPhase.Fresh)
        {
            MlpSimtWeights.Draw(run);
            state = new RunState { Phase = (int)RunPhase.Running };
        }

        ulong drawn = 0;
        for (int step = 0; step < shape.ChunkSteps && state.Phase == (int)RunPhase.Running; step++)
        {
            ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch);
            ulong lastWord = (first + (ulong)shape.Batch - 1) / MlpLayout.WordSamples;
            ulong firstWord = Math.Max(drawn, first / MlpLayout.WordSamples);
            if (firstWord <= lastWord)
                MlpSimtSamples.DrawStream(run, firstWord, lastWord);

            drawn = lastWord + 1;
            if (run.Thread.Index == 0)
                trouble[0] = 0;

            GroupSync.Barrier();
            MlpSimtSamples.FillWindow(run, first);
            GroupSync.Barrier();
            bool clean = true;
            int labels = 0;
            for (int word = 0; word < MlpLayout.Words(shape.Batch); word++)
            {
                var verdict = MlpSimtForward.Classify(
                    run, memory, run.Scratch.Window(word), run.Scratch.Active(word),
                    MlpLayout.ValidSamples(word, shape.Batch));
                MlpSimtUpdate.KeepInsideMargin(run, run.Scratch.Active(word), verdict.InsideMargin);
                clean &= verdict.Errors == 0;
                labels += BitOperations.PopCount(verdict.InsideMargin)
                    - (2 * BitOperations.PopCount(verdict.InsideMargin & verdict.Labels));
            }

            if (!MlpSimtUpdate.Apply(run, labels))
                trouble[0] = 1;

            GroupSync.Barrier();
            state.Steps++;
            state.CleanBatches = clean ? state.CleanBatches + 1 : 0;
            state = trouble[0] != 0 ? Ended(state, RunPhase.Diverged, 0) : Check(run, memory, state);
        }

        if (run.Thread.Index == 0)
            states[slot] = state;
    }

    /// <summary>Rules 2 and 3 of NUMERICS.md, "End of a run".</summary>
    private static RunState Check(SimtRun run, ForwardMemory memory, RunState state)
    {
        bool last = state.Steps >= run.Settings.MaxSteps;
        if (!last && state.CleanBatches < MlpLayout.CleanBatchesNeeded(run.Shape.Batch))
            return state;

        int errors = HeldOutErrors(run, memory, (ulong)state.Steps, stopAtFirst: !last);
        if (errors == 0 && state.CleanBatches >= MlpLayout.CleanBatchesNeeded(run.Shape.Batch))
            return Ended(state, RunPhase.Solved, 0);

        return last ? Ended(state, RunPhase.Budget, errors) : state;
    }

    /// <summary>Errors on the held-out samples, or those of the first word that has any.</summary>
    private static int HeldOutErrors(SimtRun run, ForwardMemory memory, ulong step, bool stopAtFirst)
    {
        int errors = 0;
        int words = MlpLayout.Words(run.Settings.TestSamples);
        for (int word = 0; word < words && (errors == 0 || !stopAtFirst); word++)
        {
            MlpSimtSamples.DrawHeldOut(run, step, word);
            GroupSync.Barrier();
            var verdict = MlpSimtForward.Classify(
                run, memory, run.Scratch.Window(0), run.Scratch.Active(0),
                MlpLayout.ValidSamples(word, run.Settings.TestSamples));
            errors += BitOperations.PopCount(verdict.Errors);
        }

        return errors;
    }

    private static RunState Ended(RunState state, RunPhase phase, int heldOutErrors)
    {
        state.Phase = (int)phase;
        state.HeldOutErrors = heldOutErrors;
        return state;
    }
}
