using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// −∂ℓ/∂W of the affine layer of <see cref="NarrowNetwork{TVec, TLanes}"/> where a register holds a whole table of four-term sums: it is built, used for
/// all inputs of up to four registers, and forgotten. Lanes are inputs, the last of them the bias's, which is 1.
/// </summary>
internal static unsafe class NarrowGradient<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int WordGroups = Canon.WordSamples / Canon.Group;
    private const int MostRegisters = 4;

    /// <summary>
    /// Adds the samples of the chunk, whose d are in the workspace's slopes, to the gradients, or starts these sums.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="shape">The network.</param>
    /// <param name="groups">Groups of four samples; d is 0 where one is not full.</param>
    /// <param name="start">Whether to start the sums.</param>
    public static void Add<TColumns>(in GeneralWorkspace workspace, in LaunchShape shape, int groups, bool start)
        where TColumns : struct, ICount
    {
        for (int word = 0; word * WordGroups < groups; word++)
            workspace.Inputs[((long)word * workspace.InputStride) + shape.Inputs] = ((InputEncoding)shape.Encoding).OfOne();

        int left = Canon.Quotient(shape.Inputs + 1, TLanes.Count);
        for (int first = 0; left > 0; first += MostRegisters * TLanes.Count, left -= MostRegisters)
        {
            if (left == 1)
                Add<TColumns, One>(workspace, shape, groups, first, start);
            else if (left == 2)
                Add<TColumns, Two>(workspace, shape, groups, first, start);
            else if (left == 3)
                Add<TColumns, Three>(workspace, shape, groups, first, start);
            else
                Add<TColumns, Four>(workspace, shape, groups, first, start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TColumns, TRegisters>(in GeneralWorkspace workspace, in LaunchShape shape, int groups, int first, bool start)
        where TColumns : struct, ICount
        where TRegisters : struct, ICount
    {
        int rows = Math.Min(TRegisters.Value * TLanes.Count, shape.Inputs + 1 - first);
        float* gradient = workspace.Gradients + ((long)first * Canon.Lanes);
        float* sums = stackalloc float[4 * MostRegisters * Canon.Lanes];
        if (start)
            new Span<float>(sums, 4 * MostRegisters * Canon.Lanes).Clear();
        else
            Transpose<TColumns>(sums, MostRegisters * TLanes.Count, 1, gradient, 1, Canon.Lanes, rows);

        float* column0 = sums;
        float* column1 = sums + (MostRegisters * TLanes.Count);
        float* column2 = sums + (2 * MostRegisters * TLanes.Count);
        float* column3 = sums + (3 * MostRegisters * TLanes.Count);
        TVec a0 = TLanes.Load(column0), a1 = TLanes.Load(column1), a2 = TLanes.Load(column2), a3 = TLanes.Load(column3);
        TVec b0 = TLanes.Load(column0 + TLanes.Count), b1 = TLanes.Load(column1 + TLanes.Count), b2 = TLanes.Load(column2 + TLanes.Count), b3 = TLanes.Load(column3 + TLanes.Count);
        TVec c0 = TLanes.Load(column0 + (2 * TLanes.Count)), c1 = TLanes.Load(column1 + (2 * TLanes.Count)), c2 = TLanes.Load(column2 + (2 * TLanes.Count)), c3 = TLanes.Load(column3 + (2 * TLanes.Count));
        TVec e0 = TLanes.Load(column0 + (3 * TLanes.Count)), e1 = TLanes.Load(column1 + (3 * TLanes.Count)), e2 = TLanes.Load(column2 + (3 * TLanes.Count)), e3 = TLanes.Load(column3 + (3 * TLanes.Count));
        var entries = new EntryInputs<TVec, TLanes>(shape, 0);
        float* d0 = workspace.Slopes;
        float* d1 = d0 + (workspace.ChunkWords * Canon.WordSamples);
        float* d2 = d1 + (workspace.ChunkWords * Canon.WordSamples);
        float* d3 = d2 + (workspace.ChunkWords * Canon.WordSamples);
        uint* inputs = workspace.Inputs + first;
        for (; groups > 0; groups -= WordGroups, inputs += workspace.InputStride)
        {
            TVec a = EntrySigns.Places<TVec, TLanes>(inputs);
            TVec b = TRegisters.Value > 1 ? EntrySigns.Places<TVec, TLanes>(inputs + TLanes.Count) : a;
            TVec c = TRegisters.Value > 2 ? EntrySigns.Places<TVec, TLanes>(inputs + (2 * TLanes.Count)) : a;
            TVec e = TRegisters.Value > 3 ? EntrySigns.Places<TVec, TLanes>(inputs + (3 * TLanes.Count)) : a;
            for (int left = Math.Min(WordGroups, groups); left > 0; left--)
            {
                TVec table0 = entries.Sum(d0, 1);
                d0 += Canon.Group;
                a0 = TLanes.Add(a0, TLanes.Permute(table0, a));
                if (TRegisters.Value > 1)
                    b0 = TLanes.Add(b0, TLanes.Permute(table0, b));

                if (TRegisters.Value > 2)
                    c0 = TLanes.Add(c0, TLanes.Permute(table0, c));

                if (TRegisters.Value > 3)
                    e0 = TLanes.Add(e0, TLanes.Permute(table0, e));

                if (TColumns.Value > 1)
                {
                    TVec table1 = entries.Sum(d1, 1);
                    d1 += Canon.Group;
                    a1 = TLanes.Add(a1, TLanes.Permute(table1, a));
                    if (TRegisters.Value > 1)
                        b1 = TLanes.Add(b1, TLanes.Permute(table1, b));

                    if (TRegisters.Value > 2)
                        c1 = TLanes.Add(c1, TLanes.Permute(table1, c));

                    if (TRegisters.Value > 3)
                        e1 = TLanes.Add(e1, TLanes.Permute(table1, e));
                }

                if (TColumns.Value > 2)
                {
                    TVec table2 = entries.Sum(d2, 1);
                    d2 += Canon.Group;
                    a2 = TLanes.Add(a2, TLanes.Permute(table2, a));
                    if (TRegisters.Value > 1)
                        b2 = TLanes.Add(b2, TLanes.Permute(table2, b));

                    if (TRegisters.Value > 2)
                        c2 = TLanes.Add(c2, TLanes.Permute(table2, c));

                    if (TRegisters.Value > 3)
                        e2 = TLanes.Add(e2, TLanes.Permute(table2, e));
                }

                if (TColumns.Value > 3)
                {
                    TVec table3 = entries.Sum(d3, 1);
                    d3 += Canon.Group;
                    a3 = TLanes.Add(a3, TLanes.Permute(table3, a));
                    if (TRegisters.Value > 1)
                        b3 = TLanes.Add(b3, TLanes.Permute(table3, b));

                    if (TRegisters.Value > 2)
                        c3 = TLanes.Add(c3, TLanes.Permute(table3, c));

                    if (TRegisters.Value > 3)
                        e3 = TLanes.Add(e3, TLanes.Permute(table3, e));
                }

                a = TLanes.ShiftRight(a, Canon.Group);
                if (TRegisters.Value > 1)
                    b = TLanes.ShiftRight(b, Canon.Group);

                if (TRegisters.Value > 2)
                    c = TLanes.ShiftRight(c, Canon.Group);

                if (TRegisters.Value > 3)
                    e = TLanes.ShiftRight(e, Canon.Group);
            }
        }

        TLanes.Store(column0, a0);
        TLanes.Store(column1, a1);
        TLanes.Store(column2, a2);
        TLanes.Store(column3, a3);
        TLanes.Store(column0 + TLanes.Count, b0);
        TLanes.Store(column1 + TLanes.Count, b1);
        TLanes.Store(column2 + TLanes.Count, b2);
        TLanes.Store(column3 + TLanes.Count, b3);
        TLanes.Store(column0 + (2 * TLanes.Count), c0);
        TLanes.Store(column1 + (2 * TLanes.Count), c1);
        TLanes.Store(column2 + (2 * TLanes.Count), c2);
        TLanes.Store(column3 + (2 * TLanes.Count), c3);
        TLanes.Store(column0 + (3 * TLanes.Count), e0);
        TLanes.Store(column1 + (3 * TLanes.Count), e1);
        TLanes.Store(column2 + (3 * TLanes.Count), e2);
        TLanes.Store(column3 + (3 * TLanes.Count), e3);
        Transpose<TColumns>(gradient, 1, Canon.Lanes, sums, MostRegisters * TLanes.Count, 1, rows);
    }

    /// <summary>Copies columns of numbers: a column and a row further on are as many floats as the steps say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose<TColumns>(float* target, int column, int row, float* source, int sourceColumn, int sourceRow, int rows)
        where TColumns : struct, ICount
    {
        for (; rows > 0; rows--, target += row, source += sourceRow)
        {
            target[0] = source[0];
            if (TColumns.Value > 1)
                target[column] = source[sourceColumn];

            if (TColumns.Value > 2)
                target[2 * column] = source[2 * sourceColumn];

            if (TColumns.Value > 3)
                target[3 * column] = source[3 * sourceColumn];
        }
    }
}
