using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Sums of terms over the tokens of each sample, forward and backward (NUMERICS.md, transformer). Input i of a sample chooses one of two terms; both
/// directions add one entry of a table of chosen sums per four inputs or four samples.
/// </summary>
internal static unsafe class TokenSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Lanes = Canon.Lanes;
    private const int TableFloats = TableSums<TVec, TLanes>.TableFloats;

    /// <summary>Computes the sums of the chunk's samples from the workspace's terms and places in tables.</summary>
    /// <param name="workspace">Scratch memory.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="first">First of the columns, a multiple of 16.</param>
    /// <param name="end">Behind the last of them, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, int first, int end)
    {
        int columns = AttentionLayout.SumColumns(shape);
        int tiles = TableOffsets.Tiles(samples);
        for (int column = first; column < end; column += TLanes.Count)
        {
            float* terms = Column(workspace.Attention.Terms, shape, column);
            BuildTables(terms, workspace.Tables, shape.Inputs);
            var sums = new StoredTile<TVec, TLanes>(workspace.Attention.Sums + column, columns, null, null, rectify: false);
            AffineLayer<TVec, TLanes>.ForwardTabled(terms + ((long)shape.Inputs * Lanes), workspace, shape.Inputs, tiles, sums);
        }
    }

    /// <summary>
    /// Adds −∂ℓ/∂term of the chunk's samples, whose d are in the workspace's sums (+0 from the last sample to a multiple of four), to the terms'
    /// gradients, or starts these sums.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start, int first, int end)
    {
        int columns = AttentionLayout.SumColumns(shape);
        TVec zero = TLanes.Broadcast(0f);
        for (int column = first; column < end; column += TLanes.Count)
        {
            float* gradient = Column(workspace.Attention.TermGradients, shape, column);
            if (start)
            {
                for (long token = 0; token < AttentionLayout.Tokens(shape); token++)
                    TLanes.Store(gradient + (token * Lanes), zero);
            }

            for (int sample = 0; sample < samples; sample += Canon.WordSamples)
            {
                int groups = Canon.Groups(Math.Min(Canon.WordSamples, samples - sample));
                float* d = workspace.Attention.Sums + ((long)sample * columns) + column;
                for (int group = 0; group < groups; group++, d += (long)Canon.Group * columns)
                {
                    BuildTable(
                        workspace.Tables + (group * TableFloats),
                        TLanes.Load(d), zero, TLanes.Load(d + columns), zero, TLanes.Load(d + (2L * columns)), zero, TLanes.Load(d + (3L * columns)), zero);
                }

                uint* inputs = workspace.Inputs + (sample / Canon.WordSamples * (long)workspace.InputStride);
                AddSamples(gradient, workspace.Tables, inputs, shape.Inputs, groups);
            }
        }
    }

    /// <summary>Token 0 of the lanes from <paramref name="column"/> on, in terms laid out as [block][token][lane].</summary>
    public static float* Column(float* terms, in LaunchShape shape, int column) =>
        terms + (column / Lanes * AttentionLayout.Tokens(shape) * Lanes) + (column % Lanes);

    /// <summary>Adds the samples of a word, up to eight groups of four, to the gradients of all tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSamples(float* gradient, float* tables, uint* inputs, int count, int groups)
    {
        float* minus = gradient + ((count + 1L) * Lanes);
        if (groups < Canon.WordSamples / Canon.Group)
        {
            for (int i = 0; i < count; i++, gradient += Lanes, minus += Lanes)
            {
                AddRow(gradient, tables, inputs[i], groups);
                AddRow(minus, tables, ~inputs[i], groups);
            }

            AddRow(gradient, tables, 0, groups);
            return;
        }

        for (int i = 0; i < count; i++, gradient += Lanes, minus += Lanes)
        {
            AddRow(gradient, tables, inputs[i]);
            AddRow(minus, tables, ~inputs[i]);
        }

        AddRow(gradient, tables, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* row, float* tables, uint word) =>
        TLanes.Store(row, TableSums<TVec, TLanes>.AddWord(TLanes.Load(row), tables, word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* row, float* tables, uint word, int groups) =>
        TLanes.Store(row, TableSums<TVec, TLanes>.AddGroups(TLanes.Load(row), tables, word, groups));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildTables(float* terms, float* table, int inputs)
    {
        float* minus = terms + ((inputs + 1L) * Lanes);
        TVec zero = TLanes.Broadcast(0f);
        for (int input = 0; input < inputs; input += Canon.Group)
        {
            long row = (long)input * Lanes;
            int left = inputs - input;
            BuildTable(
                table,
                TLanes.Load(terms + row),
                TLanes.Load(minus + row),
                left > 1 ? TLanes.Load(terms + row + Lanes) : zero,
                left > 1 ? TLanes.Load(minus + row + Lanes) : zero,
                left > 2 ? TLanes.Load(terms + row + (2 * Lanes)) : zero,
                left > 2 ? TLanes.Load(minus + row + (2 * Lanes)) : zero,
                left > 3 ? TLanes.Load(terms + row + (3 * Lanes)) : zero,
                left > 3 ? TLanes.Load(minus + row + (3 * Lanes)) : zero);
            table += TableFloats;
        }
    }

    /// <summary>The 16 values of ((c_0 + c_1) + c_2) + c_3, where c_q is m_q if bit q of an entry's index is set and p_q if not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BuildTable(
        float* table, TVec p0, TVec m0, TVec p1, TVec m1, TVec p2, TVec m2, TVec p3, TVec m3)
    {
        StoreEight(table, TLanes.Add(p0, p1), TLanes.Add(m0, p1), TLanes.Add(p0, m1), TLanes.Add(m0, m1), p2, m2, p3);
        StoreEight(
            table + (8 * Lanes), TLanes.Add(p0, p1), TLanes.Add(m0, p1), TLanes.Add(p0, m1), TLanes.Add(m0, m1), p2, m2, m3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEight(float* table, TVec c0, TVec c1, TVec c2, TVec c3, TVec p2, TVec m2, TVec last)
    {
        TLanes.Store(table, TLanes.Add(TLanes.Add(c0, p2), last));
        TLanes.Store(table + (1 * Lanes), TLanes.Add(TLanes.Add(c1, p2), last));
        TLanes.Store(table + (2 * Lanes), TLanes.Add(TLanes.Add(c2, p2), last));
        TLanes.Store(table + (3 * Lanes), TLanes.Add(TLanes.Add(c3, p2), last));
        TLanes.Store(table + (4 * Lanes), TLanes.Add(TLanes.Add(c0, m2), last));
        TLanes.Store(table + (5 * Lanes), TLanes.Add(TLanes.Add(c1, m2), last));
        TLanes.Store(table + (6 * Lanes), TLanes.Add(TLanes.Add(c2, m2), last));
        TLanes.Store(table + (7 * Lanes), TLanes.Add(TLanes.Add(c3, m2), last));
    }
}
