using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Training of two-layer ReLU networks on GPUs: one group of threads per slot, threads = neurons × samples. Follows
/// NUMERICS.md operation by operation.
/// </summary>
public static class CountingKernel
{
    /// <summary>
    /// Entries of a group's marks: a thread marks one or the other, so that what it found needs no branch.
    /// </summary>
    private const int Broken = 0;
    private const int Finite = 1;

    /// <summary>Threads of a slot's group.</summary>
    public static int GroupSize(LaunchShape shape) => GroupThread.PartsFor(shape.Width) * GroupThread.PartThreads;

    /// <summary>32-bit words of scratch per slot.</summary>
    public static long ScratchWords(LaunchShape shape) => CountingScratch.Words(shape);

    /// <summary>
    /// Draws the weights of fresh slots and advances running ones by at most ChunkSteps steps. Grid: one group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void Kernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
    {
        // No barrier stands in a branch, only in loops: some OpenCL compilers copy all that follows a conditional barrier.
        int slot = Grid.IdxX;
        var memory = ForwardMemory.Allocate();
        var trouble = SharedMemory.Allocate<int>(2);

        // No run of this path is of another network. Said again, the compiler leaves the others' parameters out.
        shape.Model = (int)Model.Mlp;
        var run = new CountingSlot(shape, buffers, slot, attends: false) { Scratch = new CountingScratch(scratch, shape, slot) };
        var state = buffers.States[slot];
        bool fresh = state.Status == (int)RunStatus.Fresh;
        if (fresh)
        {
            InitialParameters.Draw(run, run.Floats);
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        GroupBarrier.Barrier();

        // One word of samples per turn, of the batch or of the held-out samples: the code of a forward pass exists once.
        bool loaded = state.Status == (int)RunStatus.Running;
        int stepsLeft = loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0;
        ulong drawn = 0;
        int word = 0;
        bool judging = false;
        int errors = 0;
        int labels = 0;

        // No run of this path may be wrong on some samples. Said again, the compiler leaves their window of batches out.
        var rules = run.Settings;
        rules.AllowedErrors = 0;
        while (stepsLeft > 0)
        {
            ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch);
            if (judging)
            {
                CountingSamples.DrawHeldOut(run, (ulong)state.Steps, word);
            }
            else if (word == 0)
            {
                CountingSamples.DrawStream(run, first, drawn);
                drawn = SampleWindow.EndWord(first, shape.Batch);
            }

            GroupBarrier.Barrier();
            if (!judging && word == 0)
            {
                CountingSamples.FillWindow(run, first);
                trouble[Broken] = 0;
            }

            GroupBarrier.Barrier();
            int samples = judging ? run.Settings.TestSamples : shape.Batch;
            var verdict = CountingForward.Classify(
                run, memory, judging ? 0 : word, Canon.ValidSamples(word, samples));
            errors += IntrinsicMath.PopCount(verdict.Errors);
            word++;
            bool read = word == Canon.Words(samples);
            if (!judging)
            {
                CountingUpdate.KeepInsideMargin(run, run.Scratch.Active(word - 1), verdict.InsideMargin);
                labels += IntrinsicMath.PopCount(verdict.InsideMargin)
                    - (2 * IntrinsicMath.PopCount(verdict.InsideMargin & verdict.Labels));
                if (read)
                    trouble[CountingUpdate.Apply(run, labels) ? Finite : Broken] = 1;
            }

            GroupBarrier.Barrier();
            bool stepOver = false;
            if (judging)
            {
                // The number of errors is wanted at the end of the budget; before, one error is enough to go on training.
                stepOver = read || (errors > 0 && state.Steps < run.Settings.MaxSteps);
                if (stepOver)
                    EndOfRun.Judge(rules, ref state, EndOfRun.IsCheckDue(rules, shape.Batch, state), errors);
            }
            else if (read)
            {
                EndOfRun.Count(rules, shape.Batch, ref state, errors, trouble[Broken] == 0);
                judging = state.Status == (int)RunStatus.Running
                    && (state.Steps >= run.Settings.MaxSteps || EndOfRun.IsCheckDue(rules, shape.Batch, state));
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
                bool stopped = state.Status != (int)RunStatus.Running || EndOfRun.IsWaiting(state);
                stepsLeft = stopped ? 0 : stepsLeft - 1;
            }
        }

        if (loaded && run.Thread.Index == 0)
            buffers.States[slot] = state;
    }
}
