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
    /// <param name="outputs">Gradients of the output layer, to which the samples are added meanwhile.</param>
    /// <param name="groups">Groups of four samples; d is 0 where one is not full.</param>
    /// <param name="start">Whether to start the sums.</param>
    public static void Add<TColumns>(in GeneralWorkspace workspace, in LaunchShape shape, in OutputChains outputs, int groups, bool start)
        where TColumns : struct, ICount
    {
        for (int word = 0; word * WordGroups < groups; word++)
            workspace.Inputs[((long)word * workspace.InputStride) + shape.Inputs] = ((InputEncoding)shape.Encoding).OfOne();

        int left = Canon.Quotient(shape.Inputs + 1, TLanes.Count);
        for (int first = 0; left > 0; first += MostRegisters * TLanes.Count, left -= MostRegisters)
        {
            var meanwhile = first == 0 ? outputs : default;
            if (left == 1)
                Add<TColumns, One>(workspace, shape, meanwhile, groups, first, start);
            else if (left == 2)
                Add<TColumns, Two>(workspace, shape, meanwhile, groups, first, start);
            else if (left == 3)
                Add<TColumns, Three>(workspace, shape, meanwhile, groups, first, start);
            else
                Add<TColumns, Four>(workspace, shape, meanwhile, groups, first, start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Add<TColumns, TRegisters>(
        in GeneralWorkspace workspace, in LaunchShape shape, in OutputChains outputs, int groups, int first, bool start)
        where TColumns : struct, ICount
        where TRegisters : struct, ICount
    {
        int rows = Math.Min(TRegisters.Value * TLanes.Count, shape.Inputs + 1 - first);
        float* gradient = workspace.Gradients + ((long)first * Canon.Lanes);

        // Lanes behind the last row hold anything; nobody reads their sums.
        float* sums = stackalloc float[4 * Registers.Floats];
        Registers column0 = default, column1 = default, column2 = default, column3 = default;
        if (!start)
        {
            Transpose<TColumns>(sums, Registers.Floats, 1, gradient, 1, Canon.Lanes, rows);
            column0 = Registers.Load(sums);
            column1 = Registers.Load(sums + Registers.Floats);
            column2 = Registers.Load(sums + (2 * Registers.Floats));
            column3 = Registers.Load(sums + (3 * Registers.Floats));
        }

        var entries = new EntryInputs<TVec, TLanes>(shape, 0);
        int stride = workspace.ChunkWords * Canon.WordSamples;
        float* d = workspace.Slopes;
        uint* inputs = workspace.Inputs + first;
        for (int word = 0; word * WordGroups < groups; word++, inputs += workspace.InputStride)
        {
            outputs.AddWord<TColumns>(word);
            var places = Registers.Places<TRegisters>(inputs);
            for (int left = Math.Min(WordGroups, groups - (word * WordGroups)); left > 0; left--, d += Canon.Group)
            {
                column0.Add<TRegisters>(entries.Sum(d, 1), places);
                if (TColumns.Value > 1)
                    column1.Add<TRegisters>(entries.Sum(d + stride, 1), places);

                if (TColumns.Value > 2)
                    column2.Add<TRegisters>(entries.Sum(d + (2 * stride), 1), places);

                if (TColumns.Value > 3)
                    column3.Add<TRegisters>(entries.Sum(d + (3 * stride), 1), places);

                places.Next<TRegisters>();
            }
        }

        column0.Store<TRegisters>(sums);
        if (TColumns.Value > 1)
            column1.Store<TRegisters>(sums + Registers.Floats);

        if (TColumns.Value > 2)
            column2.Store<TRegisters>(sums + (2 * Registers.Floats));

        if (TColumns.Value > 3)
            column3.Store<TRegisters>(sums + (3 * Registers.Floats));

        Transpose<TColumns>(gradient, 1, Canon.Lanes, sums, Registers.Floats, 1, rows);
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

    /// <summary>A word for each input of up to four registers.</summary>
    private struct Registers
    {
        private TVec first;
        private TVec second;
        private TVec third;
        private TVec fourth;

        /// <summary>Words of four registers.</summary>
        public static int Floats => MostRegisters * TLanes.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Registers Load(float* from) => new()
        {
            first = TLanes.Load(from),
            second = TLanes.Load(from + TLanes.Count),
            third = TLanes.Load(from + (2 * TLanes.Count)),
            fourth = TLanes.Load(from + (3 * TLanes.Count)),
        };

        /// <summary>The numbers of the entries that a word of samples selects, four bits to a group of samples.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Registers Places<TRegisters>(uint* inputs)
            where TRegisters : struct, ICount => new()
            {
                first = EntrySigns.Places<TVec, TLanes>(inputs),
                second = TRegisters.Value > 1 ? EntrySigns.Places<TVec, TLanes>(inputs + TLanes.Count) : default,
                third = TRegisters.Value > 2 ? EntrySigns.Places<TVec, TLanes>(inputs + (2 * TLanes.Count)) : default,
                fourth = TRegisters.Value > 3 ? EntrySigns.Places<TVec, TLanes>(inputs + (3 * TLanes.Count)) : default,
            };

        /// <summary>Goes on to the next group of samples.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Next<TRegisters>()
            where TRegisters : struct, ICount
        {
            first = TLanes.ShiftRight(first, Canon.Group);
            if (TRegisters.Value > 1)
                second = TLanes.ShiftRight(second, Canon.Group);

            if (TRegisters.Value > 2)
                third = TLanes.ShiftRight(third, Canon.Group);

            if (TRegisters.Value > 3)
                fourth = TLanes.ShiftRight(fourth, Canon.Group);
        }

        /// <summary>Adds the entries of a table at these places to the sums.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TRegisters>(TVec table, in Registers places)
            where TRegisters : struct, ICount
        {
            first = TLanes.Add(first, TLanes.Permute(table, places.first));
            if (TRegisters.Value > 1)
                second = TLanes.Add(second, TLanes.Permute(table, places.second));

            if (TRegisters.Value > 2)
                third = TLanes.Add(third, TLanes.Permute(table, places.third));

            if (TRegisters.Value > 3)
                fourth = TLanes.Add(fourth, TLanes.Permute(table, places.fourth));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TRegisters>(float* to)
            where TRegisters : struct, ICount
        {
            TLanes.Store(to, first);
            if (TRegisters.Value > 1)
                TLanes.Store(to + TLanes.Count, second);

            if (TRegisters.Value > 2)
                TLanes.Store(to + (2 * TLanes.Count), third);

            if (TRegisters.Value > 3)
                TLanes.Store(to + (3 * TLanes.Count), fourth);
        }
    }
}
