using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The affine layer of <see cref="NarrowNetwork{TVec, TLanes}"/>. Lanes are samples in the forward pass, inputs in the gradient, and entries where a
/// table of four-term sums is built.
/// </summary>
internal static unsafe class NarrowAffine<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int WordGroups = Canon.WordSamples / Canon.Group;
    private const int MostEntries = SignedSums<TVec, TLanes>.Entries;

    /// <summary>One of the passes below, for a kind of table and a number of columns.</summary>
    private interface IPass
    {
        void Run<TTable, TColumns>(in GeneralWorkspace workspace, in LaunchShape shape)
            where TTable : struct, IEntryTable<TVec>
            where TColumns : struct, ICount;
    }

    /// <summary>Builds the tables of the weights; called before the first forward pass after an update.</summary>
    public static void Prepare(float* weights, in GeneralWorkspace workspace, in LaunchShape shape) =>
        Run(new TablePass(weights), workspace, shape);

    /// <summary>z of the chunk's samples.</summary>
    public static void Forward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples) =>
        Run(new ForwardPass(weights, samples), workspace, shape);

    /// <summary>
    /// Adds −∂ℓ/∂W of the chunk's samples, whose d are in the workspace's slopes, to the gradients, or starts these sums; adds the samples to the output
    /// layer's gradients meanwhile.
    /// </summary>
    public static void Backward(in GeneralWorkspace workspace, in LaunchShape shape, in OutputChains outputs, int samples, bool start) =>
        Run(new BackwardPass(outputs, samples, start), workspace, shape);

    private static void Run<TPass>(TPass pass, in GeneralWorkspace workspace, in LaunchShape shape)
        where TPass : struct, IPass
    {
        bool isHalfEnough = TLanes.Count < MostEntries && shape.Encoding != (int)InputEncoding.ZeroOne;
        if (isHalfEnough)
            Run<TPass, HalfTable<TVec, TLanes>>(pass, workspace, shape);
        else
            Run<TPass, WholeTable<TVec, TLanes>>(pass, workspace, shape);
    }

    private static void Run<TPass, TTable>(TPass pass, in GeneralWorkspace workspace, in LaunchShape shape)
        where TPass : struct, IPass
        where TTable : struct, IEntryTable<TVec>
    {
        if (shape.Width == 1)
            pass.Run<TTable, One>(workspace, shape);
        else if (shape.Width == 2)
            pass.Run<TTable, Two>(workspace, shape);
        else if (shape.Width == 3)
            pass.Run<TTable, Three>(workspace, shape);
        else
            pass.Run<TTable, Four>(workspace, shape);
    }

    private readonly struct TablePass(float* weights) : IPass
    {
        public void Run<TTable, TColumns>(in GeneralWorkspace workspace, in LaunchShape shape)
            where TTable : struct, IEntryTable<TVec>
            where TColumns : struct, ICount =>
            BuildTables<TTable, TColumns>(weights, workspace.NarrowTables, shape);
    }

    private readonly struct ForwardPass(float* weights, int samples) : IPass
    {
        public void Run<TTable, TColumns>(in GeneralWorkspace workspace, in LaunchShape shape)
            where TTable : struct, IEntryTable<TVec>
            where TColumns : struct, ICount =>
            Forward<TTable, TColumns>(weights, workspace, shape, samples);
    }

    private readonly struct BackwardPass(OutputChains outputs, int samples, bool start) : IPass
    {
        public void Run<TTable, TColumns>(in GeneralWorkspace workspace, in LaunchShape shape)
            where TTable : struct, IEntryTable<TVec>
            where TColumns : struct, ICount =>
            Backward<TTable, TColumns>(workspace, shape, outputs, samples, start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TTable, TColumns>(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
        where TTable : struct, IEntryTable<TVec>
        where TColumns : struct, ICount
    {
        int groups = Canon.Groups(shape.Inputs);
        float* bias = weights + ((long)shape.Inputs * Canon.Lanes);
        sbyte* places = (sbyte*)workspace.Offsets;
        float* z = workspace.Slopes;
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int word = 0; word < Canon.Words(samples); word++)
        {
            SamplePlaces.OfWord(places, workspace.Inputs + ((long)word * workspace.InputStride), groups);
            for (int sample = 0; sample < Canon.WordSamples; sample += 2 * TLanes.Count, z += 2 * TLanes.Count)
            {
                TVec y0 = TLanes.Broadcast(bias[0]), y1 = TLanes.Broadcast(bias[1]);
                TVec y2 = TLanes.Broadcast(bias[2]), y3 = TLanes.Broadcast(bias[3]);
                TVec z0 = y0, z1 = y1, z2 = y2, z3 = y3;
                sbyte* place = places + sample;
                float* table = workspace.NarrowTables;
                for (int group = 0; group < groups; group++, place += Canon.WordSamples, table += TColumns.Value * TTable.Entries)
                {
                    TVec entry = TLanes.LoadBytes(place);
                    TVec other = TLanes.LoadBytes(place + TLanes.Count);
                    TVec signs = TTable.Signs(entry);
                    TVec otherSigns = TTable.Signs(other);
                    z0 = TTable.Add(z0, table, entry, signs);
                    y0 = TTable.Add(y0, table, other, otherSigns);
                    if (TColumns.Value > 1)
                    {
                        z1 = TTable.Add(z1, table + TTable.Entries, entry, signs);
                        y1 = TTable.Add(y1, table + TTable.Entries, other, otherSigns);
                    }

                    if (TColumns.Value > 2)
                    {
                        z2 = TTable.Add(z2, table + (2 * TTable.Entries), entry, signs);
                        y2 = TTable.Add(y2, table + (2 * TTable.Entries), other, otherSigns);
                    }

                    if (TColumns.Value > 3)
                    {
                        z3 = TTable.Add(z3, table + (3 * TTable.Entries), entry, signs);
                        y3 = TTable.Add(y3, table + (3 * TTable.Entries), other, otherSigns);
                    }
                }

                TLanes.Store(z, z0);
                TLanes.Store(z + TLanes.Count, y0);
                if (TColumns.Value > 1)
                {
                    TLanes.Store(z + stride, z1);
                    TLanes.Store(z + stride + TLanes.Count, y1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.Store(z + (2 * stride), z2);
                    TLanes.Store(z + (2 * stride) + TLanes.Count, y2);
                }

                if (TColumns.Value > 3)
                {
                    TLanes.Store(z + (3 * stride), z3);
                    TLanes.Store(z + (3 * stride) + TLanes.Count, y3);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildTables<TTable, TColumns>(float* weights, float* tables, in LaunchShape shape)
        where TTable : struct, IEntryTable<TVec>
        where TColumns : struct, ICount
    {
        int whole = shape.Inputs / Canon.Group;
        float* rest = weights + ((long)whole * Canon.Group * Canon.Lanes);
        float* padded = stackalloc float[Canon.Group * Canon.Lanes];
        for (int row = 0; row < shape.Inputs % Canon.Group; row++)
        {
            for (int j = 0; j < TColumns.Value; j++)
                padded[(row * Canon.Lanes) + j] = rest[(row * Canon.Lanes) + j];
        }

        for (int entry = 0; entry < TTable.Entries; entry += TLanes.Count)
        {
            var inputs = new EntryInputs<TVec, TLanes>(shape, entry);
            float* table = tables + entry;
            float* row = weights;
            for (int group = 0; group < Canon.Groups(shape.Inputs); group++, row += Canon.Group * Canon.Lanes)
            {
                for (int j = 0; j < TColumns.Value; j++, table += TTable.Entries)
                    TLanes.Store(table, inputs.Sum((group < whole ? row : padded) + j, Canon.Lanes));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TTable, TColumns>(
        in GeneralWorkspace workspace, in LaunchShape shape, in OutputChains outputs, int samples, bool start)
        where TTable : struct, IEntryTable<TVec>
        where TColumns : struct, ICount
    {
        int groups = Canon.Groups(samples);
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int j = 0; j < TColumns.Value; j++)
        {
            for (int sample = samples; sample % Canon.Group != 0; sample++)
                workspace.Slopes[(j * stride) + sample] = 0f;
        }

        if (TLanes.Count == MostEntries)
        {
            NarrowGradient<TVec, TLanes>.Add<TColumns>(workspace, shape, outputs, groups, start);
            return;
        }

        outputs.AddAll(TColumns.Value);

        for (int entry = 0; entry < TTable.Entries; entry += TLanes.Count)
        {
            var inputs = new EntryInputs<TVec, TLanes>(shape, entry);
            float* table = workspace.Tables + entry;
            float* d = workspace.Slopes;
            for (int group = 0; group < groups; group++, d += Canon.Group)
            {
                for (int j = 0; j < TColumns.Value; j++, table += TTable.Entries)
                    TLanes.Store(table, inputs.Sum(d + (j * stride), 1));
            }
        }

        int first = 0;
        for (; first + TLanes.Count < shape.Inputs; first += 2 * TLanes.Count)
            AddRows<TTable, TColumns, Two>(workspace, shape, groups, first, start);

        if (first < shape.Inputs)
            AddRows<TTable, TColumns, One>(workspace, shape, groups, first, start);

        int ones = EntrySigns.OfOnes((InputEncoding)shape.Encoding) % TTable.Entries;
        float* bias = workspace.Gradients + ((long)shape.Inputs * Canon.Lanes);
        float sum0 = start ? 0f : bias[0], sum1 = start ? 0f : bias[1], sum2 = start ? 0f : bias[2], sum3 = start ? 0f : bias[3];
        float* one = workspace.Tables + ones;
        for (int group = 0; group < groups; group++, one += TColumns.Value * TTable.Entries)
        {
            sum0 += one[0];
            if (TColumns.Value > 1)
                sum1 += one[TTable.Entries];

            if (TColumns.Value > 2)
                sum2 += one[2 * TTable.Entries];

            if (TColumns.Value > 3)
                sum3 += one[3 * TTable.Entries];
        }

        bias[0] = sum0;
        bias[1] = sum1;
        bias[2] = sum2;
        bias[3] = sum3;
    }

    /// <summary>Adds the entries that the chunk's samples select to the gradients of the inputs of one or two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows<TTable, TColumns, TRegisters>(in GeneralWorkspace workspace, in LaunchShape shape, int groups, int first, bool start)
        where TTable : struct, IEntryTable<TVec>
        where TColumns : struct, ICount
        where TRegisters : struct, ICount
    {
        float* gradient = workspace.Gradients + ((long)first * Canon.Lanes);
        int rows = Math.Min(TRegisters.Value * TLanes.Count, shape.Inputs - first);
        float* sums = stackalloc float[4 * 2 * Canon.Lanes];
        float* other = sums + TLanes.Count;
        TVec a0 = TLanes.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        if (!start)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < TColumns.Value; j++)
                    sums[(2 * j * Canon.Lanes) + row] = gradient[(row * Canon.Lanes) + j];
            }

            a0 = TLanes.Load(sums);
            a1 = TLanes.Load(sums + (2 * Canon.Lanes));
            a2 = TLanes.Load(sums + (4 * Canon.Lanes));
            a3 = TLanes.Load(sums + (6 * Canon.Lanes));
            b0 = TLanes.Load(other);
            b1 = TLanes.Load(other + (2 * Canon.Lanes));
            b2 = TLanes.Load(other + (4 * Canon.Lanes));
            b3 = TLanes.Load(other + (6 * Canon.Lanes));
        }

        float* table = workspace.Tables;
        uint* inputs = workspace.Inputs + first;
        for (int word = 0; word * WordGroups < groups; word++, inputs += workspace.InputStride)
        {
            TVec a = EntrySigns.Places<TVec, TLanes>(inputs);
            TVec b = TRegisters.Value > 1 ? EntrySigns.Places<TVec, TLanes>(inputs + TLanes.Count) : a;
            int left = Math.Min(WordGroups, groups - (word * WordGroups));
            for (int group = 0; group < left; group++, table += TColumns.Value * TTable.Entries)
            {
                TVec signs = TTable.Signs(TLanes.ShiftLeft(a, 28));
                a0 = TTable.Add(a0, table, a, signs);
                if (TColumns.Value > 1)
                    a1 = TTable.Add(a1, table + TTable.Entries, a, signs);

                if (TColumns.Value > 2)
                    a2 = TTable.Add(a2, table + (2 * TTable.Entries), a, signs);

                if (TColumns.Value > 3)
                    a3 = TTable.Add(a3, table + (3 * TTable.Entries), a, signs);

                a = TLanes.ShiftRight(a, Canon.Group);
                if (TRegisters.Value == 1)
                    continue;

                signs = TTable.Signs(TLanes.ShiftLeft(b, 28));
                b0 = TTable.Add(b0, table, b, signs);
                if (TColumns.Value > 1)
                    b1 = TTable.Add(b1, table + TTable.Entries, b, signs);

                if (TColumns.Value > 2)
                    b2 = TTable.Add(b2, table + (2 * TTable.Entries), b, signs);

                if (TColumns.Value > 3)
                    b3 = TTable.Add(b3, table + (3 * TTable.Entries), b, signs);

                b = TLanes.ShiftRight(b, Canon.Group);
            }
        }

        TLanes.Store(sums, a0);
        TLanes.Store(sums + (2 * Canon.Lanes), a1);
        TLanes.Store(sums + (4 * Canon.Lanes), a2);
        TLanes.Store(sums + (6 * Canon.Lanes), a3);
        TLanes.Store(other, b0);
        TLanes.Store(other + (2 * Canon.Lanes), b1);
        TLanes.Store(other + (4 * Canon.Lanes), b2);
        TLanes.Store(other + (6 * Canon.Lanes), b3);
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < TColumns.Value; j++)
                gradient[(row * Canon.Lanes) + j] = sums[(2 * j * Canon.Lanes) + row];
        }
    }
}
