using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The general path of networks with one hidden layer of at most four columns, on fresh samples of a parity: one group of threads per slot, one sample
/// per thread, up to 128 samples at a time. Follows NUMERICS.md operation by operation.
/// </summary>
public static class NarrowKernel
{
    /// <summary>Whether a network is trained this way on parities.</summary>
    public static bool Takes(LaunchShape shape) =>
        shape.Model is (int)Model.Mlp or (int)Model.Polynet or (int)Model.DisjointPolynet
        && shape.Width <= NarrowMemory.Columns
        && shape.Inputs <= NarrowMemory.MostInputs
        && shape.Encoding == (int)InputEncoding.Pm1
        && shape.Samples == 0 && shape.Tasks == 0;

    /// <summary>Whether one that <see cref="Takes"/> accepts is a single hidden unit with an output layer.</summary>
    public static bool IsOneUnit(LaunchShape shape) => shape.Model == (int)Model.Mlp && shape.Width == 1;

    /// <summary>Threads of a slot's group: one for every sample of a batch, as far as a pass takes them, and for every row of parameters.</summary>
    public static int GroupSize(LaunchShape shape) => Math.Min(
        NarrowMemory.MostSamples,
        Canon.WordSamples * Math.Max(Canon.Words(shape.Batch), Canon.Words(NarrowUpdate.Rows(shape.Inputs))));

    /// <summary>
    /// Draws the parameters of fresh slots and advances running ones by at most ChunkSteps steps. Grid: one group per slot.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">Not used.</param>
    public static void Kernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) => Train<FloatQuad, FourColumns>(shape, buffers);

    /// <summary>The same for networks with a single hidden unit (<see cref="IsOneUnit"/>).</summary>
    /// <inheritdoc cref="Kernel"/>
    public static void OneUnitKernel(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch) => Train<float, OneColumn>(shape, buffers);

    private static void Train<TValues, TColumns>(LaunchShape shape, RunBuffers buffers)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        // Barriers appear in loops but never in branches: some OpenCL compilers duplicate everything after a conditional barrier.
        int slot = Grid.IdxX;
        var memory = NarrowMemory.Allocate();
        var books = TurnBooks.Allocate();
        var run = new NarrowSlot(shape, buffers, slot) { Scratch = memory };
        var state = buffers.States[slot];
        bool fresh = state.Status == (int)RunStatus.Fresh;
        if (fresh)
        {
            InitialParameters.Draw(run, run.Floats);
            GeneralUpdate.Clear(run);
        }

        memory.Clear(run.Thread.Index);
        GroupBarrier.Barrier();
        if (fresh)
        {
            InitialParameters.DrawSparseRows(run, run.Floats);
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        var powers = AdamPowers.Load(run, fresh);
        bool keeper = run.Thread.Index == 0;
        bool loaded = state.Status == (int)RunStatus.Running;
        if (keeper)
            books.Open(state, loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0);

        GroupBarrier.Barrier();
        var gradient = default(TValues);
        int errors = 0;
        for (var turn = books.Turn; turn.Exists; turn = books.Turn)
        {
            long step = turn.Steps;
            int firstWord = turn.Word;
            bool judging = turn.Judging != 0;
            bool start = firstWord == 0;
            int samples = judging ? run.Settings.TestSamples : shape.Batch;
            int left = samples - (firstWord * Canon.WordSamples);
            int count = Math.Min(left, run.Thread.Count);
            int words = Canon.Words(count);
            ulong first = SampleWindow.FirstSample(step, shape.Batch) + ((ulong)firstWord * Canon.WordSamples);
            NarrowSamples.Draw(run, judging, first, step, firstWord, words);
            NarrowTables.OfWeights<TValues, TColumns>(run);
            GroupBarrier.Barrier();

            NarrowForward.Pass<TValues, TColumns>(run, first, count, judging);
            GroupBarrier.Barrier();

            errors = start ? 0 : errors;
            if (keeper)
                errors += NarrowForward.Errors(run);

            NarrowTables.OfDescents<TValues, TColumns>(run, judging ? 0 : words);
            GroupBarrier.Barrier();

            if (!judging)
            {
                if (run.Thread.Index <= shape.Inputs)
                    gradient = NarrowBackward.AddRow<TValues, TColumns>(run, start ? default : gradient, words);

                if (run.TrainsOutput)
                    NarrowBackward.AddOutputs(run, start, words);

                books.ResetMark();
            }

            GroupBarrier.Barrier();
            bool read = left <= run.Thread.Count;
            if (!judging && read)
            {
                powers.First *= run.Settings.Beta1;
                powers.Second *= run.Settings.Beta2;
                books.Mark(GeneralUpdate.Apply(run, step, powers, new NarrowUpdate(run, TColumns.ToQuad(gradient))));
            }

            GroupBarrier.Barrier();
            if (keeper)
                books.Close(run.Settings, shape.Batch, ref state, firstWord + words, read, errors);

            GroupBarrier.Barrier();
        }

        if (loaded && keeper)
        {
            buffers.States[slot] = state;
            powers.Store(run);
        }
    }
}
