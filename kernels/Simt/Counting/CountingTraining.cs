using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>A launch of a slot: its parameters are read once, kept in tiles, and written back at the end.</summary>
internal static class CountingTraining
{
    /// <summary>
    /// Values of a step's mark, which says whether its parameters are finite. Steps
    /// alternate between two marks: one is read while the other may be reset.
    /// </summary>
    private const int Finite = 0;
    private const int Broken = 1;

    /// <summary>
    /// Draws the weights of a fresh slot and advances a running one by at most ChunkSteps steps.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="memory">The group's memory.</param>
    public static void Train<TTile>(LaunchShape shape, RunBuffers buffers, CountingMemory memory)
        where TTile : struct, ITile
    {
        // Barriers appear in loops but never in branches: some OpenCL compilers duplicate everything after a conditional barrier.
        int slot = Grid.IdxX;

        // Every run on this path has this model. Repeating it here lets the compiler drop the other models' parameters.
        shape.Model = (int)Model.Mlp;
        var run = new CountingSlot(shape, buffers, slot) { Scratch = memory };
        var state = Begin(run, buffers.States[slot]);
        bool loaded = state.Status == (int)RunStatus.Running;
        int stepsLeft = loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0;
        if (loaded)
            CountingParameters.Load<TTile>(run);

        GroupBarrier.Barrier();

        // Targets on this path are parities. Repeating it here lets the compiler drop the other misfits.
        var rules = run.Settings;
        rules.Monomials = 0;

        // Where the batch starts in the stream: its word, the word's entry in the ring, its bit; and the words drawn from there on.
        ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch);
        ulong streamWord = first / Canon.WordSamples;
        int shift = (int)first & (Canon.WordSamples - 1);
        int start = 0;
        int drawn = 0;

        int window = shape.Counting.WindowQuads;
        int labels = shape.Counting.LabelQuads * 4;
        int heldOutLabels = labels + (2 * shape.Counting.Words);

        // One pass per turn, of the batch or of the held-out samples, so that the code of a forward pass exists once. Each turn prepares the samples
        // of the next one; the first pass of either kind is preceded by a turn that does nothing else.
        const int Nothing = -1;
        int pass = Nothing;
        bool judging = false;
        int errors = 0;
        while (stepsLeft > 0)
        {
            int samples = judging ? run.Settings.TestSamples : shape.Batch;
            int after = (pass + 1) * shape.Counting.PassSamples;
            bool classifies = pass != Nothing;
            bool last = classifies && after >= samples;
            bool stepped = last && !judging;
            int firstWord = judging ? 0 : Math.Max(pass, 0) * shape.Counting.PassWords;
            CountingTiles.Classify<TTile>(run, classifies ? shape.Counting.Rounds : 0, firstWord);

            CountingVerdict.Judge(
                run,
                judging ? heldOutLabels : labels + firstWord,
                firstWord,
                classifies ? Math.Min(samples - after, 0) + shape.Counting.PassSamples : 0);
            int marks = (shape.Counting.ScalarQuads * 4) + 1 + (int)(state.Steps & 1);
            if (run.Thread.Index == 0)
                memory.Words[marks] = Finite;

            int moved = shift + (stepped ? shape.Batch : 0);
            int passed = moved >> 5;
            streamWord += (ulong)passed;
            start = CountingSamples.Wrap(start + passed, shape.Counting.RingWords);
            drawn -= passed;
            shift = moved & (Canon.WordSamples - 1);
            int wanted = ((shift + shape.Batch - 1) >> 5) + 1;
            CountingSamples.DrawStream(run, streamWord + (ulong)drawn, start + drawn, wanted - drawn);
            drawn = wanted;

            // Held-out samples of the next pass.
            int heldOutShift = after & (Canon.WordSamples - 1);
            int heldOutWords = judging && !last ? ((heldOutShift + shape.Counting.PassSamples - 1) >> 5) + 1 : 0;
            CountingSamples.DrawHeldOut(run, (ulong)state.Steps, after >> 5, heldOutWords);
            GroupBarrier.Barrier();

            errors += CountingVerdict.Errors(run);
            bool finite = true;
            int otherWindow = (2 * shape.Counting.WindowQuads) + shape.Counting.WindowSize - window;
            int otherLabels = (8 * shape.Counting.LabelQuads) + shape.Counting.Words - labels;
            if (stepped)
                finite = CountingUpdate.Apply<TTile>(run, window, labels);

            window = stepped ? otherWindow : window;
            labels = stepped ? otherLabels : labels;
            if (!finite)
                memory.Words[marks] = Broken;

            bool readies = stepped || (!judging && !classifies);
            CountingSamples.Realign(
                run, shape.Counting.RingQuads, shape.Counting.RingWords, start, shift, readies ? shape.Counting.Words : 0, window, labels);
            CountingSamples.Realign(
                run, shape.Counting.HeldOutQuads, shape.Counting.PassWords + 1, 0, heldOutShift, judging && !last ? shape.Counting.PassWords : 0,
                -1, heldOutLabels);

            var turn = CountingTurn.Close(rules, shape.Batch, ref state, judging, stepped, last, errors);
            judging = turn.Judging;
            pass = turn.StepOver ? 0 : stepped ? Nothing : pass + 1;
            errors = turn.StepOver || stepped ? 0 : errors;
            CountingSamples.Expand(
                run,
                judging ? shape.Counting.HeldOutQuads : shape.Counting.RingQuads,
                judging ? shape.Counting.PassWords + 1 : shape.Counting.RingWords,
                judging ? 0 : start + (Math.Max(pass, 0) * shape.Counting.PassWords),
                judging ? heldOutShift : shift,
                pass != Nothing ? shape.Counting.PassWords : 0);
            GroupBarrier.Barrier();

            stepsLeft = CountingTurn.StepsLeft(ref state, stepsLeft, turn.StepOver, stepped && memory.Words[marks] == Broken);
        }

        if (loaded)
            CountingParameters.Store<TTile>(run);

        if (loaded && run.Thread.Index == 0)
            buffers.States[slot] = state;
    }

    /// <summary>
    /// Draws the initial parameters of a fresh slot. Ends with a barrier.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="state">The slot's state.</param>
    /// <returns>The state, which is running if the slot was fresh.</returns>
    public static RunState Begin(CountingSlot run, RunState state)
    {
        if (state.Status == (int)RunStatus.Fresh)
        {
            InitialParameters.Draw(run, run.Floats);
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        GroupBarrier.Barrier();
        return state;
    }
}
