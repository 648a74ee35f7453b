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

    /// <summary>Groups of four samples of a word.</summary>
    private const int WordGroups = Canon.WordSamples / Canon.Group;

    /// <summary>Columns that are worked on at a time: two registers, or one that fills a block.</summary>
    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLanes.Count < Canon.Lanes ? 2 * TLanes.Count : TLanes.Count;
    }

    /// <summary>Finds where the samples of some of the chunk's words find their sums in the tables of weights, and their control bits' rows.</summary>
    /// <param name="workspace">Inputs and control bits are read.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="byRows">Whether control bits are added by rows.</param>
    /// <param name="first">First of the words.</param>
    /// <param name="end">Behind the last of them.</param>
    public static void Locate(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool byRows, int first, int end)
    {
        int inputs = ControlRows<TVec, TLanes>.First(shape, byRows);
        int firstSample = first * Canon.WordSamples;
        int endSample = Math.Min(samples, end * Canon.WordSamples);
        if (inputs < shape.Inputs)
            ControlRows<TVec, TLanes>.Prepare(workspace, inputs, firstSample, endSample);

        if (IsTabled(shape, samples))
            LocateSums(workspace, samples, Canon.Groups(inputs), first, end);
    }

    /// <summary>Finds where the samples of some of the chunk's words find their sums in tables of so many groups of inputs.</summary>
    public static void LocateSums(in GeneralWorkspace workspace, int samples, int groups, int first, int end)
    {
        ulong* offsets = workspace.Offsets + ((long)first * (Canon.WordSamples / TileSamples) * groups);
        uint* words = workspace.Inputs + ((long)first * workspace.InputStride);
        int count = Math.Min(samples, end * Canon.WordSamples) - (first * Canon.WordSamples);
        TableOffsets.Compute(offsets, words, workspace.InputStride, TableOffsets.Tiles(count), groups);
    }

    /// <summary>Writes z of the chunk's samples to the workspace's slopes, or max(0, z) to its values, after <see cref="Locate"/>.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="workspace">Places in the tables are read.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="byRows">Whether control bits are added by rows.</param>
    /// <param name="rectify">Whether max(0, z) is written.</param>
    /// <param name="first">First of the columns, a multiple of 16.</param>
    /// <param name="end">Behind the last of them, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool byRows, bool rectify, int first, int end)
    {
        float* target = rectify ? workspace.Values : workspace.Slopes;
        int inputs = ControlRows<TVec, TLanes>.First(shape, byRows);
        var encoding = (InputEncoding)shape.Encoding;
        bool tabled = IsTabled(shape, samples);
        int tiles = TableOffsets.Tiles(samples);
        int* rows = inputs < shape.Inputs ? workspace.ControlRows : null;
        for (int lane = first; tabled && lane < end; lane += Columns)
        {
            float* column = Column(weights, shape, lane);
            float* bias = column + ((long)shape.Inputs * Canon.Lanes);
            float* z = target + workspace.UnitPlace(lane);
            var tile = new StoredTile<TVec, TLanes>(z, workspace.SampleFloats, column, rows, rectify);
            for (int at = 0; at < Columns; at += TLanes.Count)
                SignedSums<TVec, TLanes>.BuildTables(column + at, workspace.Tables + at, inputs, encoding);

            if (TLanes.Count == Canon.Lanes)
            {
                ForwardTabled(bias, workspace, inputs, tiles, tile);
                continue;
            }

            float* second = column + TLanes.Count;
            ForwardPairs(
                bias, workspace, inputs, tiles, tile, new StoredTile<TVec, TLanes>(z + TLanes.Count, workspace.SampleFloats, second, rows, rectify));
        }

        if (!tabled)
            ForwardDirect(weights, target, workspace, shape, samples, rectify, first, end);
    }

    /// <summary>Whether z comes from tables: for few samples they cost more than they save.</summary>
    private static bool IsTabled(in LaunchShape shape, int samples) =>
        samples >= CountingWorkspace.FirstTabledBatch || shape.Encoding == (int)InputEncoding.ZeroOne;

    /// <summary>Finds the places of the chunk's inputs and of the bias in the tables of d, for <see cref="Backward"/>.</summary>
    public static void LocateRows(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool byRows)
    {
        // One register that fills a block reads the inputs' words themselves.
        if (TLanes.Count == Canon.Lanes)
            return;

        int rows = ControlRows<TVec, TLanes>.First(shape, byRows);
        ulong bias = TableOffsets.OfRow(((InputEncoding)shape.Encoding).OfOne());
        for (int word = 0; word < Canon.Words(samples); word++)
        {
            uint* inputs = workspace.Inputs + (word * (long)workspace.InputStride);
            ulong* places = workspace.RowPlaces + (word * (shape.Inputs + 1L));
            for (int i = 0; i < rows; i++)
                places[i] = TableOffsets.OfRow(inputs[i]);

            places[rows] = bias;
        }
    }

    /// <summary>
    /// Adds −∂ℓ/∂W of the chunk's samples to the gradients, or starts these sums, after <see cref="LocateRows"/>. The chunk that completes them may
    /// move the weights at once; the gradients are then not stored.
    /// </summary>
    /// <param name="rectified">
    /// The parameters of a network whose values hold max(0, z) (<see cref="RectifiedUnits{TVec,TLanes}"/>), or null: d is in the workspace's slopes, +0
    /// from the last sample to a multiple of four.
    /// </param>
    /// <param name="workspace">Slopes or values, and inputs, are read.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="start">Whether the sums start here.</param>
    /// <param name="byRows">Whether control bits are added by rows.</param>
    /// <param name="descent">How the weights move; without weights, they do not.</param>
    /// <param name="first">First of the columns, a multiple of 16.</param>
    /// <param name="end">Behind the last of them, a multiple of 16.</param>
    /// <returns>Whether all weights that moved are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Backward(
        float* rectified,
        in GeneralWorkspace workspace,
        in LaunchShape shape,
        int samples,
        bool start,
        bool byRows,
        in DirectDescent<TVec> descent,
        int first,
        int end)
    {
        int rows = ControlRows<TVec, TLanes>.First(shape, byRows);
        long stride = workspace.SampleFloats;
        var encoding = (InputEncoding)shape.Encoding;
        bool finite = true;
        for (int lane = first; lane < end; lane += Columns)
        {
            float* gradient = Column(workspace.Gradients, shape, lane);
            long bias = (long)shape.Inputs * Canon.Lanes;
            for (int i = rows; start && i < shape.Inputs; i++)
            {
                for (int at = 0; at < Columns; at += TLanes.Count)
                    TLanes.Store(gradient + ((long)i * Canon.Lanes) + at, TLanes.Broadcast(0f));
            }

            for (int sample = 0; sample < samples; sample += Canon.WordSamples)
            {
                int count = Math.Min(Canon.WordSamples, samples - sample);
                int groups = Canon.Groups(count);
                bool starts = start && sample == 0;
                for (int at = 0; at < Columns; at += TLanes.Count)
                {
                    float* tables = workspace.Tables + at;
                    if (rectified != null)
                        RectifiedUnits<TVec, TLanes>.BuildTables(rectified, tables, workspace, shape, lane + at, sample, count, starts);
                    else
                        BuildTables(tables, workspace.Slopes + workspace.UnitPlace(lane + at) + (sample * stride), stride, groups, encoding);
                }

                int word = sample / Canon.WordSamples;
                if (rows < shape.Inputs)
                    ControlRows<TVec, TLanes>.Prefetch(gradient, workspace, word);

                bool last = sample + Canon.WordSamples >= samples;
                var sums = new GradientSums<TVec, TLanes>
                {
                    Starts = starts,
                    ToWeights = last && descent.Weights != null ? descent.Weights - workspace.Gradients : 0,
                    Step = descent.Step,
                    Decay = descent.Decay,
                };
                if (TLanes.Count < Canon.Lanes && groups == WordGroups)
                {
                    finite &= AddPairs(gradient, bias, workspace.Tables, workspace.RowPlaces + (word * (shape.Inputs + 1L)), rows, sums);
                }
                else
                {
                    uint* inputs = workspace.Inputs + (word * (long)workspace.InputStride);
                    for (int at = 0; at < Columns; at += TLanes.Count)
                        finite &= AddSamples(gradient + at, bias, workspace.Tables + at, inputs, encoding.OfOne(), rows, groups, sums);
                }

                if (rows < shape.Inputs)
                    ControlRows<TVec, TLanes>.Backward(gradient, workspace.Tables, workspace, word);
            }
        }

        return finite;
    }

    /// <summary>z from the tables of a register's columns.</summary>
    /// <param name="bias">What the sums start from.</param>
    /// <param name="workspace">Tables and offsets are read.</param>
    /// <param name="inputs">n.</param>
    /// <param name="tiles">Tiles of eight samples.</param>
    /// <param name="z">Takes z.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardTabled(float* bias, in GeneralWorkspace workspace, int inputs, int tiles, StoredTile<TVec, TLanes> z) =>
        TableSums<TVec, TLanes>.OfSamples(TLanes.Load(bias), workspace.Tables, workspace.Offsets, Canon.Groups(inputs), tiles, z);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardPairs(
        float* bias, in GeneralWorkspace workspace, int inputs, int tiles, StoredTile<TVec, TLanes> z, StoredTile<TVec, TLanes> second) =>
        TableSums<TVec, TLanes>.OfPairs(
            TLanes.Load(bias),
            TLanes.Load(bias + TLanes.Count),
            workspace.Tables,
            workspace.Offsets,
            Canon.Groups(inputs),
            tiles,
            z,
            second);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardDirect(
        float* weights, float* target, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool rectify, int first, int end)
    {
        int signs = Canon.Group * Canon.Groups(shape.Inputs);
        for (int sample = 0; sample < samples; sample++)
        {
            SignBits.Spread(workspace.InputSigns, workspace.Inputs, signs, sample);
            for (int lane = first; lane < end; lane += TLanes.Count)
            {
                float* column = Column(weights, shape, lane);
                TVec bias = TLanes.Load(column + ((long)shape.Inputs * Canon.Lanes));
                TVec z = SignedSums<TVec, TLanes>.Direct(bias, column, workspace.InputSigns, shape.Inputs);
                TLanes.Store(target + workspace.UnitPlace(lane) + (sample * workspace.SampleFloats), rectify ? TLanes.Relu(z) : z);
            }
        }
    }

    /// <summary>The tables of d of a word's samples, one per group of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildTables(float* tables, float* d, long stride, int groups, InputEncoding encoding)
    {
        for (int group = 0; group < groups; group++, d += Canon.Group * stride, tables += TableFloats)
        {
            SignedSums<TVec, TLanes>.BuildTable(
                encoding,
                tables,
                TLanes.Load(d),
                TLanes.Load(d + stride),
                TLanes.Load(d + (2 * stride)),
                TLanes.Load(d + (3 * stride)));
        }
    }

    /// <summary>
    /// Adds the samples of a word, up to eight groups of four, to the gradients of the inputs and the bias, whose word is <paramref name="ones"/>.
    /// </summary>
    /// <returns>Whether all weights that moved are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AddSamples(
        float* gradient, long bias, float* tables, uint* inputs, uint ones, int count, int groups, in GradientSums<TVec, TLanes> sums)
    {
        var rows = sums;
        TVec trouble = TLanes.Broadcast(0f);
        float* row = gradient;
        if (groups < WordGroups)
        {
            for (int i = 0; i < count; i++, row += Canon.Lanes)
                trouble = rows.End(row, TableSums<TVec, TLanes>.AddGroups(rows.Begin(row), tables, inputs[i], groups), trouble);

            row = gradient + bias;
            trouble = rows.End(row, TableSums<TVec, TLanes>.AddGroups(rows.Begin(row), tables, ones, groups), trouble);
            return !TLanes.AnyNaN(trouble);
        }

        for (int i = 0; i < count; i++, row += Canon.Lanes)
            trouble = rows.End(row, TableSums<TVec, TLanes>.AddWord(rows.Begin(row), tables, inputs[i]), trouble);

        row = gradient + bias;
        trouble = rows.End(row, TableSums<TVec, TLanes>.AddWord(rows.Begin(row), tables, ones), trouble);
        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>The same for two registers of columns and all samples of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AddPairs(float* gradient, long bias, float* tables, ulong* places, int count, in GradientSums<TVec, TLanes> sums)
    {
        var rows = sums;
        TVec trouble = TLanes.Broadcast(0f);
        for (int i = 0; i <= count; i++)
        {
            float* row = gradient + (i < count ? (long)i * Canon.Lanes : bias);
            TVec sum = rows.Begin(row);
            TVec second = rows.Begin(row + TLanes.Count);
            TableSums<TVec, TLanes>.AddPair(ref sum, ref second, tables, (byte*)(places + i));
            trouble = rows.End(row, sum, trouble);
            trouble = rows.End(row + TLanes.Count, second, trouble);
        }

        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>Row 0 of the lanes from <paramref name="lane"/> on, in the layout of <see cref="FirstLayerLayout"/>.</summary>
    private static float* Column(float* weights, in LaunchShape shape, int lane) =>
        weights + ((long)(lane / Canon.Lanes) * FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes) + (lane % Canon.Lanes);
}
