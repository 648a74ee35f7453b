using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// The general path on GPUs: one group of threads per slot, 32 samples at a time. Follows NUMERICS.md operation by operation.
/// </summary>
public static class NetSimt
{
    /// <summary>Entries of a group's marks, see <see cref="MlpSimt"/>.</summary>
    private const int Broken = 0;
    private const int Finite = 1;

    /// <summary>Threads of a slot's group.</summary>
    public static int GroupSize(LaunchShape shape) => MlpSimt.GroupSize(shape);

    /// <summary>32-bit words of scratch per slot.</summary>
    public static long ScratchWords(LaunchShape shape) => NetSimtScratch.Words(shape);

    /// <summary>
    /// Draws the parameters and finite samples of fresh slots and advances running ones by at most ChunkSteps steps. Grid: one
    /// group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="requests">Not used.</param>
    /// <param name="measures">Not used.</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void Kernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<uint> scratch)
    {
        // No barrier stands in a branch, only in loops: some OpenCL compilers copy all that follows a conditional barrier.
        int slot = Grid.IdxX;
        var memory = NetSimtMemory.Allocate();
        var trouble = SharedMemory.Allocate<int>(2);
        var run = new NetSimtRun(shape, buffers, scratch, slot);
        var state = buffers.States[slot];
        bool fresh = state.Phase == (int)RunPhase.Fresh;
        if (fresh)
        {
            NetSimtWeights.Draw(run, run.Floats);
            NetSimtUpdate.Clear(run);
        }

        GroupSync.Barrier();
        if (fresh)
        {
            NetSimtWeights.DrawSparseRows(run, run.Floats);
            state = new RunState { Phase = (int)RunPhase.Running, StopAt = state.StopAt };
        }

        int points = fresh ? MlpLayout.Words(shape.Samples) : 0;
        for (int point = 0; point < points; point++)
        {
            NetSimtSamples.Draw(
                run, memory, (int)SampleSource.Stream, (ulong)point * MlpLayout.WordSamples, 0, point);
            NetSimtSamples.Keep(run, memory, point);
            GroupSync.Barrier();
        }

        bool adam = shape.Optimizer == (int)Optimizer.Adam;
        var powers = new AdamPowers { First = 1f, Second = 1f };
        if (adam && !fresh)
        {
            powers.First = run.Floats[NetLayout.AdamPowers(shape)];
            powers.Second = run.Floats[NetLayout.AdamPowers(shape) + 1];
        }

        GroupSync.Barrier();
        bool loaded = state.Phase == (int)RunPhase.Running;
        int stepsLeft = loaded && !NetSimtRules.IsWaiting(state) ? shape.ChunkSteps : 0;
        int word = 0;
        bool judging = false;
        bool due = false;
        int errors = 0;
        while (stepsLeft > 0)
        {
            // One word of samples per turn, of the batch or of the held-out samples: the code of a pass exists once.
            int last = run.LastLayer(state.Steps);
            int lowest = judging ? last + 1 : run.LowestTrained(last);
            int source = judging
                ? (int)SampleSource.HeldOut
                : shape.Samples > 0 ? (int)SampleSource.Shuffled : (int)SampleSource.Stream;
            ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch) + ((ulong)word * MlpLayout.WordSamples);
            NetSimtSamples.Draw(run, memory, source, first, state.Steps, word);
            int samples = judging ? run.Settings.TestSamples : shape.Batch;
            int count = Math.Min(samples - (word * MlpLayout.WordSamples), MlpLayout.WordSamples);
            uint labels = NetSimtSamples.Labels(run);
            uint trained = labels ^ memory.Flips[NetSimtSamples.WindowFlips];
            errors += NetSimtForward.Pass(run, memory, last, new WordLabels(labels, trained, count));
            NetSimtBackward.Pass(run, memory, last, lowest, count);
            NetSimtBackward.AddAffine(run, memory, lowest == 0, word == 0);
            if (!judging)
            {
                NetSimtBackward.AddOthers(run, memory, last, lowest, word == 0, count);
                trouble[Broken] = 0;
            }

            GroupSync.Barrier();
            word++;
            bool read = word == MlpLayout.Words(samples);
            if (!judging && read)
            {
                powers.First *= run.Settings.Beta1;
                powers.Second *= run.Settings.Beta2;
                trouble[NetSimtUpdate.Apply(run, state.Steps, last, powers) ? Finite : Broken] = 1;
            }

            GroupSync.Barrier();
            bool stepOver = false;
            if (judging)
            {
                // The number of errors is wanted at the end of the budget; before, one too many settles the matter.
                stepOver = read || (errors > run.Settings.AllowedErrors && state.Steps < run.Settings.MaxSteps);
                if (stepOver)
                    state = NetSimtRules.Judged(run, state, due, errors);
            }
            else if (read)
            {
                state = NetSimtRules.Counted(run, state, errors, trouble[Broken] == 0);
                due = NetSimtRules.IsCheckDue(run, state);
                state.WindowErrors = NetSimtRules.EndsWindow(run, state) ? 0 : state.WindowErrors;
                judging = state.Phase == (int)RunPhase.Running && (due || state.Steps >= run.Settings.MaxSteps);
                stepOver = !judging;
                word = 0;
                errors = 0;
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
        {
            buffers.States[slot] = state;
            if (adam)
            {
                run.Floats[NetLayout.AdamPowers(shape)] = powers.First;
                run.Floats[NetLayout.AdamPowers(shape) + 1] = powers.Second;
            }
        }
    }

    /// <summary>
    /// Looks inside the runs whose request is not <see cref="MeasureRequest.None"/>. Grid: one group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots, which stay as they are.</param>
    /// <param name="requests">[slot], <see cref="MeasureRequest"/>s.</param>
    /// <param name="measures">[slot]; written where there is a request and a run that has started.</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void MeasureKernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<uint> scratch)
    {
        int slot = Grid.IdxX;
        var memory = NetSimtMemory.Allocate();
        var maxima = NetSimtMaxima.Allocate();
        var run = new NetSimtRun(shape, buffers, scratch, slot);
        var state = buffers.States[slot];
        int request = requests[slot];
        bool wanted = request != MeasureRequest.None && state.Phase >= (int)RunPhase.Running;
        int last = run.LastLayer(state.Steps);
        if (wanted)
            NetSimtWeights.Draw(run, run.Scratch.Gradients);

        GroupSync.Barrier();
        if (wanted)
            NetSimtWeights.DrawSparseRows(run, run.Scratch.Gradients);

        GroupSync.Barrier();
        if (wanted)
            NetSimtMeasure.FindMovement(run, maxima);

        GroupSync.Barrier();
        var measure = new RunMeasure
        {
            Movement = maxima.Largest(0),
            MovementRelevant = maxima.Largest(1),
            MovementIrrelevant = maxima.Largest(2),
            Gap = float.NaN,
        };

        // A word a turn: of what is trained on, of the held-out samples, of all inputs.
        int looks = !wanted ? 0 : request == MeasureRequest.ProgressAndGap ? 3 : 2;
        int look = NetSimtMeasure.Training;
        int word = 0;
        int errors = 0;
        float loss = 0f;
        while (look < looks)
        {
            bool training = look == NetSimtMeasure.Training;
            bool everything = look == NetSimtMeasure.Everything;
            ulong first = (ulong)word * MlpLayout.WordSamples;
            first += shape.Samples > 0 ? 0 : SampleWindow.FirstSample(state.Steps, shape.Batch);
            NetSimtSamples.Draw(run, memory, NetSimtMeasure.Source(run, look), first, state.Steps, word);
            int samples = NetSimtMeasure.Samples(run, look);
            int count = Math.Min(samples - (word * MlpLayout.WordSamples), MlpLayout.WordSamples);
            uint labels = NetSimtSamples.Labels(run) ^ memory.Flips[NetSimtSamples.WindowFlips];
            errors += NetSimtForward.Pass(run, memory, last, new WordLabels(labels, labels, count));
            int valued = training ? count : 0;
            for (int sample = 0; sample < valued; sample++)
                loss = NetSimtMeasure.AddLoss(run, memory, labels, sample, loss);

            NetSimtBackward.Pass(run, memory, last, everything ? 0 : last + 1, count);
            NetSimtBackward.AddAffine(run, memory, everything, word == 0);
            GroupSync.Barrier();
            word++;
            if (word == MlpLayout.Words(samples))
            {
                if (training)
                {
                    measure.TrainErrors = errors;
                    measure.TrainLoss = loss * Elementary<float, DeviceReals>.Reciprocal(samples);
                }

                if (look == NetSimtMeasure.HeldOut)
                    measure.HeldOutErrors = errors;

                look++;
                word = 0;
                errors = 0;
            }
        }

        if (looks == 3)
            NetSimtMeasure.FindGap(run, maxima);

        GroupSync.Barrier();
        float gap = maxima.Largest(0) * NetSimtMeasure.InverseOfEverything(run);
        measure.Gap = looks == 3 ? gap : measure.Gap;
        if (wanted && run.Thread.Index == 0)
            measures[slot] = measure;
    }
}
