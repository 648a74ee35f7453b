using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The general path on GPUs: one group of threads per slot, 32 samples at a time. Follows NUMERICS.md operation by operation.
/// </summary>
public static class GeneralKernel
{
    /// <summary>
    /// Threads of a slot's group. Even a small transformer's stages have work for all of them. With twice as many, OpenCL on CPUs cannot fit what
    /// threads keep across barriers on its stack.
    /// </summary>
    public static int GroupSize(LaunchShape shape) => 2 * GroupThread.PartThreads;

    /// <summary>32-bit words of scratch per slot.</summary>
    public static long ScratchWords(LaunchShape shape) => GeneralScratch.Words(shape);

    /// <summary>
    /// Draws the parameters and finite samples of fresh slots and advances running ones by at most ChunkSteps steps. Grid: one
    /// group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void Kernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Train(shape, buffers, scratch);

    /// <summary>
    /// The same for networks that learn several tasks. Each kernel contains only the code of its networks, because code that a kernel does not use still
    /// costs registers.
    /// </summary>
    /// <inheritdoc cref="Kernel"/>
    public static void TaskKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Train(shape, buffers, scratch, hasTasks: true);

    /// <summary>The same for transformers.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static void TransformerKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Train(shape, buffers, scratch, attends: true);

    /// <summary>
    /// Measures the runs that have started and whose request is not <see cref="MeasureRequest.None"/>. Grid: one group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots, which do not change.</param>
    /// <param name="scratch">[slot][<see cref="ScratchWords"/>], contents irrelevant.</param>
    public static void MeasureKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Measure(shape, buffers, scratch);

    /// <summary>The same for networks that learn several tasks, which have no gap.</summary>
    /// <inheritdoc cref="MeasureKernel"/>
    public static void TaskMeasureKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Measure(shape, buffers, scratch, hasTasks: true);

    /// <summary>The same for transformers, which have no gap.</summary>
    /// <inheritdoc cref="MeasureKernel"/>
    public static void TransformerMeasureKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) =>
        Measure(shape, buffers, scratch, attends: true);

    private static void Train(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch, bool attends = false, bool hasTasks = false)
    {
        // Barriers appear in loops but never in branches: some OpenCL compilers duplicate everything after a conditional barrier.
        int slot = Grid.IdxX;
        var memory = GeneralMemory.Allocate();
        var books = TurnBooks.Allocate();
        var run = new GeneralSlot(shape, buffers, slot, attends, hasTasks) { Scratch = GeneralScratch.Of(scratch, shape, slot) };
        var state = buffers.States[slot];
        bool fresh = state.Status == (int)RunStatus.Fresh;
        if (fresh)
        {
            InitialParameters.Draw(run, run.Floats);
            GeneralUpdate.Clear(run);
        }

        GeneralUpdate.ClearScratch(run);
        GroupBarrier.Barrier();
        if (fresh)
        {
            InitialParameters.DrawSparseRows(run, run.Floats);
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        int points = fresh ? Canon.Words(shape.Samples) : 0;
        for (int point = 0; point < points; point++)
        {
            GeneralSamples.Draw(
                run, memory, (int)SampleSource.Stream, (ulong)point * Canon.WordSamples, 0, point, measures: false, finite: true);
            GeneralSamples.Keep(run, memory, point);
            GroupBarrier.Barrier();
        }

        var powers = AdamPowers.Load(run, fresh);
        bool keeper = run.Thread.Index == 0;
        bool loaded = state.Status == (int)RunStatus.Running;
        if (keeper)
            books.Open(state, loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0);

        GroupBarrier.Barrier();
        int training = shape.Samples > 0 ? (int)SampleSource.Shuffled : (int)SampleSource.Stream;
        int errors = 0;
        for (var turn = books.Turn; turn.Exists; turn = books.Turn)
        {
            // One word of samples per turn, of the batch or of the held-out samples, so that the code of a pass exists once.
            long step = turn.Steps;
            int word = turn.Word;
            int judged = turn.Judging;
            bool judging = judged != 0;
            int last = run.LastLayer(step);

            // Products instead of conditionals: see Turn.
            int trainedFrom = run.LowestTrained(last);
            int lowest = trainedFrom + (judged * (last + 1 - trainedFrom));
            int source = training + (judged * ((int)SampleSource.HeldOut - training));
            ulong first = SampleWindow.FirstSample(step, shape.Batch) + ((ulong)word * Canon.WordSamples);
            GeneralSamples.Draw(run, memory, source, first, step, word, measures: false, finite: true);
            int samples = shape.Batch + (judged * (run.Settings.TestSamples - shape.Batch));
            int count = Math.Min(samples - (word * Canon.WordSamples), Canon.WordSamples);
            uint labels = GeneralSamples.WindowLabels(run, memory);
            uint trained = labels ^ memory.Flips[GeneralSamples.WindowFlips];
            errors = GeneralForward.Pass(run, memory, last, word, new WordLabels(labels, trained, count), word == 0 ? 0 : errors);
            GeneralBackward.Pass(run, memory, last, lowest, count, word == 0);
            if (attends)
                Attention.Backward(run, 1 - lowest, Math.Max(0, word + 2 - Canon.Words(samples)), count, word == 0);
            else
                GeneralBackward.AddAffine(run, memory, lowest == 0, word == 0, count);

            if (!judging)
            {
                GeneralBackward.AddOthers(run, memory, last, lowest, word == 0, count);
                books.ResetMark();
            }

            GroupBarrier.Barrier();
            bool read = word + 1 == Canon.Words(samples);
            if (!judging && read)
            {
                powers.First *= run.Settings.Beta1;
                powers.Second *= run.Settings.Beta2;
                books.Mark(GeneralUpdate.Apply(run, step, powers, new GeneralUpdate(run, last)));
            }

            GroupBarrier.Barrier();
            if (keeper)
                books.Close(run.Settings, shape.Batch, ref state, word + 1, read, errors);

            GroupBarrier.Barrier();
        }

        if (loaded && keeper)
        {
            buffers.States[slot] = state;
            powers.Store(run);
        }
    }

    private static void Measure(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch, bool attends = false, bool hasTasks = false)
    {
        int slot = Grid.IdxX;
        var memory = GeneralMemory.Allocate();
        var maxima = GroupMaxima.Allocate();
        var correlations = SharedMemory.Allocate<float>(Monomial.Most);
        var run = new GeneralSlot(shape, buffers, slot, attends, hasTasks) { Scratch = GeneralScratch.Of(scratch, shape, slot) };
        var state = buffers.States[slot];
        int request = buffers.Requests[slot];
        for (int monomial = run.Thread.Index; monomial < Monomial.Most; monomial += run.Thread.Count)
            correlations[monomial] = 0f;

        bool wanted = request != MeasureRequest.None && state.Status >= (int)RunStatus.Running;
        int last = run.LastLayer(state.Steps);
        if (wanted)
            InitialParameters.Draw(run, run.Scratch.Gradients);

        GroupBarrier.Barrier();
        if (wanted)
            InitialParameters.DrawSparseRows(run, run.Scratch.Gradients);

        GroupBarrier.Barrier();
        if (wanted)
            Measurement.FindMovement(run, maxima);

        GroupBarrier.Barrier();
        var measure = new RunMeasure
        {
            Movement = maxima.Largest(0),
            MovementRelevant = maxima.Largest(1),
            MovementIrrelevant = maxima.Largest(2),
            Gap = float.NaN,
        };

        // One word per turn: of the training samples, of the held-out samples, of all inputs or of each task.
        bool finds = wanted && request == MeasureRequest.ProgressAndGap && !attends && !run.HasTasks;

        // Not a conditional between 1 and 0: the compiler passes that on as a bool, and ILGPU then treats other values as bools, too.
        int more = finds ? Measurement.Everything + 1 : Measurement.FirstTask;
        more += run.HasTasks ? shape.Tasks : 0;
        int looks = wanted ? more : 0;
        int look = Measurement.Training;
        int word = 0;
        int errors = 0;
        float loss = 0f;
        while (look < looks)
        {
            bool training = look == Measurement.Training;
            bool everything = finds && look == Measurement.Everything;
            int drawn = word + Measurement.WordsBefore(run, look);
            ulong first = (ulong)word * Canon.WordSamples;
            first += shape.Samples > 0 ? 0 : SampleWindow.FirstSample(state.Steps, shape.Batch);
            bool finite = state.Status != (int)RunStatus.Diverged;
            GeneralSamples.Draw(run, memory, Measurement.Source(run, look), first, state.Steps, drawn, measures: true, finite);
            int samples = Measurement.Samples(run, look);
            int count = Math.Min(samples - (word * Canon.WordSamples), Canon.WordSamples);
            uint labels = GeneralSamples.WindowLabels(run, memory) ^ memory.Flips[GeneralSamples.WindowFlips];
            errors = GeneralForward.Pass(run, memory, last, word, new WordLabels(labels, labels, count), errors);
            if (look == Measurement.HeldOut)
                PolynomialTargets.AddCorrelations(run, memory, correlations, count);

            int valued = look != Measurement.HeldOut && !everything ? count : 0;
            for (int sample = 0; sample < valued; sample++)
                loss = Measurement.AddLoss(run, memory, sample, loss);

            if (!attends)
            {
                GeneralBackward.Pass(run, memory, last, everything ? 0 : last + 1, count, word == 0);
                GeneralBackward.AddAffine(run, memory, everything, word == 0, count);
            }

            GroupBarrier.Barrier();
            word++;
            if (word == Canon.Words(samples))
            {
                if (training)
                {
                    measure.TrainErrors = errors;
                    measure.TrainLoss = loss * Elementary<float, DeviceArithmetic>.Reciprocal(samples);
                }

                if (look == Measurement.HeldOut)
                    measure.HeldOutErrors = errors;

                if (look >= Measurement.FirstTask && !everything && run.Thread.Index == 0)
                    buffers.TaskLosses[((long)slot * shape.Tasks) + look - Measurement.FirstTask] = loss * Elementary<float, DeviceArithmetic>.Reciprocal(samples);

                loss = 0f;
                look++;
                word = 0;
                errors = 0;
            }
        }

        if (finds)
            Measurement.FindGap(run, maxima);

        GroupBarrier.Barrier();
        float gap = maxima.Largest(0) * Measurement.InverseOfEverything(run);
        measure.Gap = finds ? gap : measure.Gap;
        measure.Means = new MonomialMeans(
            PolynomialTargets.Mean(run, correlations, 0),
            PolynomialTargets.Mean(run, correlations, 1),
            PolynomialTargets.Mean(run, correlations, 2),
            PolynomialTargets.Mean(run, correlations, 3),
            PolynomialTargets.Mean(run, correlations, 4),
            PolynomialTargets.Mean(run, correlations, 5),
            PolynomialTargets.Mean(run, correlations, 6),
            PolynomialTargets.Mean(run, correlations, 7));
        if (wanted && run.Thread.Index == 0)
            buffers.Measures[slot] = measure;
    }
}
