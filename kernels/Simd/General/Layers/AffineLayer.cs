using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The affine layer over the inputs, forward and backward, for the lanes = columns of a register (NUMERICS.md, the general path). Both directions add
/// one entry of a table of signed sums, or of subset sums for inputs 0 and 1, per four inputs or four samples. Where each sample has exactly one
/// control bit, only that bit's row is added (<see cref="ControlRows{TVec,TLanes}"/>); callers say whether that gives the same bits.
/// </summary>
internal static unsafe class AffineLayer<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int TileSamples = TableOffsets.TileSamples;
    private const int TableFloats = TableSums<TVec, TLanes>.TableFloats;

    /// <summary>Writes z of the chunk's samples, [sample][r̂], to the workspace's slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool byRows)
    {
        int inputs = ControlRows<TVec, TLanes>.First(shape, byRows);
        int padded = RunLayout.PaddedWidth(shape);
        var encoding = (InputEncoding)shape.Encoding;
        bool tabled = samples >= CountingWorkspace.FirstTabledBatch || encoding == InputEncoding.ZeroOne;
        int tiles = (samples + TileSamples - 1) / TileSamples;
        if (tabled)
            TableOffsets.Compute(workspace.Offsets, workspace.Inputs, workspace.InputStride, tiles, Canon.Groups(inputs));

        for (int lane = 0; lane < padded; lane += TLanes.Count)
        {
            float* column = Column(weights, shape, lane);
            if (tabled)
            {
                SignedSums<TVec, TLanes>.BuildTables(column, workspace.Tables, inputs, encoding);
                ForwardTabled(column + ((long)shape.Inputs * Canon.Lanes), workspace, inputs, tiles, workspace.Slopes + lane, padded);
                if (inputs < shape.Inputs)
                    ControlRows<TVec, TLanes>.Forward(column, workspace, inputs, samples, workspace.Slopes + lane, padded);
            }
        }

        if (!tabled)
            ForwardDirect(weights, workspace, shape, samples, padded);
    }

    /// <summary>
    /// Adds −∂ℓ/∂W of the chunk's samples, whose d are in the workspace's slopes (+0 from the last
    /// sample to a multiple of four), to the gradients, or starts these sums.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start, bool byRows)
    {
        int rows = ControlRows<TVec, TLanes>.First(shape, byRows);
        int padded = RunLayout.PaddedWidth(shape);
        TVec zero = TLanes.Broadcast(0f);
        var encoding = (InputEncoding)shape.Encoding;
        for (int lane = 0; lane < padded; lane += TLanes.Count)
        {
            float* gradient = Column(workspace.Gradients, shape, lane);
            if (start)
            {
                for (int i = 0; i <= shape.Inputs; i++)
                    TLanes.Store(gradient + ((long)i * Canon.Lanes), zero);
            }

            for (int first = 0; first < samples; first += Canon.WordSamples)
            {
                int groups = Canon.Groups(Math.Min(Canon.WordSamples, samples - first));
                float* d = workspace.Slopes + ((long)first * padded) + lane;
                for (int group = 0; group < groups; group++, d += (long)Canon.Group * padded)
                {
                    SignedSums<TVec, TLanes>.BuildTable(
                        encoding,
                        workspace.Tables + (group * TableFloats),
                        TLanes.Load(d),
                        TLanes.Load(d + padded),
                        TLanes.Load(d + (2L * padded)),
                        TLanes.Load(d + (3L * padded)));
                }

                uint* inputs = workspace.Inputs + (first / Canon.WordSamples * (long)workspace.InputStride);
                AddSamples(gradient, gradient + ((long)shape.Inputs * Canon.Lanes), workspace.Tables, inputs, encoding.OfOne(), rows, groups);
            }

            if (rows < shape.Inputs)
                ControlRows<TVec, TLanes>.Backward(gradient, workspace, rows, samples, workspace.Slopes + lane, padded);
        }
    }

    /// <summary>z from the tables of a register's columns.</summary>
    /// <param name="bias">What the sums start from.</param>
    /// <param name="workspace">Tables and offsets are read.</param>
    /// <param name="inputs">n.</param>
    /// <param name="tiles">Tiles of eight samples.</param>
    /// <param name="z">[sample][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one sample to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardTabled(float* bias, in GeneralWorkspace workspace, int inputs, int tiles, float* z, int stride) =>
        TableSums<TVec, TLanes>.OfSamples(
            TLanes.Load(bias),
            workspace.Tables,
            workspace.Offsets,
            Canon.Groups(inputs),
            tiles,
            new StoredTile<TVec, TLanes>(z, stride));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardDirect(
        float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples, int padded)
    {
        int signs = Canon.Group * Canon.Groups(shape.Inputs);
        for (int sample = 0; sample < samples; sample++)
        {
            SignBits.Flips(workspace.Flips, workspace.Inputs, signs, sample);
            for (int lane = 0; lane < padded; lane += TLanes.Count)
            {
                float* column = Column(weights, shape, lane);
                TVec bias = TLanes.Load(column + ((long)shape.Inputs * Canon.Lanes));
                TVec z = SignedSums<TVec, TLanes>.Direct(bias, column, workspace.Flips, shape.Inputs);
                TLanes.Store(workspace.Slopes + ((long)sample * padded) + lane, z);
            }
        }
    }

    /// <summary>
    /// Adds the samples of a word, up to eight groups of four, to the gradients of the inputs and the bias, whose word is <paramref name="ones"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSamples(float* gradient, float* bias, float* tables, uint* inputs, uint ones, int count, int groups)
    {
        if (groups < Canon.WordSamples / Canon.Group)
        {
            for (int i = 0; i < count; i++, gradient += Canon.Lanes)
                TableSums<TVec, TLanes>.AddGroups(gradient, tables, inputs[i], groups);

            TableSums<TVec, TLanes>.AddGroups(bias, tables, ones, groups);
            return;
        }

        for (int i = 0; i < count; i++, gradient += Canon.Lanes)
            TableSums<TVec, TLanes>.AddWord(gradient, tables, inputs[i]);

        TableSums<TVec, TLanes>.AddWord(bias, tables, ones);
    }

    /// <summary>Row 0 of the lanes from <paramref name="lane"/> on, in the layout of <see cref="FirstLayerLayout"/>.</summary>
    private static float* Column(float* weights, in LaunchShape shape, int lane) =>
        weights + ((long)(lane / Canon.Lanes) * FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes) + (lane % Canon.Lanes);
}
