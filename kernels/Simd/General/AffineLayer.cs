using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The affine layer over ±1 inputs, forward and backward, for the lanes = columns of a register (NUMERICS.md, the general path). Both
/// directions add one entry of a table of signed sums per four inputs or four samples.
/// </summary>
internal static unsafe class AffineLayer<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Entries = SignedSums<TVec, TLanes>.Entries;
    private const int TileSamples = CountingWorkspace.TileSamples;
    private const int TableFloats = Entries * Canon.Lanes;

    /// <summary>z of the chunk's samples, [sample][r̂], into the workspace's slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int padded = RunLayout.PaddedWidth(shape);
        bool tabled = samples >= CountingWorkspace.FirstTabledBatch;
        int tiles = (samples + TileSamples - 1) / TileSamples;
        if (tabled)
            TableOffsets.Compute(workspace.Offsets, workspace.Inputs, workspace.InputStride, tiles, Canon.Groups(shape.Inputs));

        for (int lane = 0; lane < padded; lane += TLanes.Count)
        {
            float* column = Column(weights, shape, lane);
            if (tabled)
            {
                SignedSums<TVec, TLanes>.BuildTables(column, workspace.Tables, shape.Inputs);
                ForwardTabled(column, workspace, shape.Inputs, tiles, workspace.Slopes + lane, padded);
            }
        }

        if (!tabled)
            ForwardDirect(weights, workspace, shape, samples, padded);
    }

    /// <summary>
    /// Adds −∂ℓ/∂W of the chunk's samples, whose d are in the workspace's slopes (+0 from the last sample to a multiple of four), to the
    /// gradients, or starts them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        int padded = RunLayout.PaddedWidth(shape);
        TVec zero = TLanes.Broadcast(0f);
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
                        workspace.Tables + (group * TableFloats), TLanes.Load(d), TLanes.Load(d + padded), TLanes.Load(d + (2L * padded)), TLanes.Load(d + (3L * padded)));
                }

                uint* inputs = workspace.Inputs + (first / Canon.WordSamples * (long)workspace.InputStride);
                if (groups == Canon.WordSamples / Canon.Group)
                    AddWord(gradient, workspace.Tables, inputs, shape.Inputs);
                else
                    AddPart(gradient, workspace.Tables, inputs, shape.Inputs, groups);
            }
        }
    }

    /// <summary>
    /// The entries that the samples' inputs choose, added to the bias.
    /// </summary>
    /// <param name="column">[row][16 lanes], row n the bias.</param>
    /// <param name="workspace">Tables and offsets are read.</param>
    /// <param name="inputs">n.</param>
    /// <param name="tiles">Tiles of eight samples.</param>
    /// <param name="z">[sample][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one sample to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardTabled(float* column, in GeneralWorkspace workspace, int inputs, int tiles, float* z, int stride)
    {
        int groups = Canon.Groups(inputs);
        TVec bias = TLanes.Load(column + ((long)inputs * Canon.Lanes));
        ulong* offsets = workspace.Offsets;
        for (int tile = 0; tile < tiles; tile++)
        {
            TVec z0 = bias, z1 = bias, z2 = bias, z3 = bias, z4 = bias, z5 = bias, z6 = bias, z7 = bias;
            ulong* table = (ulong*)workspace.Tables;
            for (int group = 0; group < groups; group++)
            {
                ulong places = *offsets;
                z0 = TLanes.Add(z0, *(TVec*)(table + (byte)places));
                z1 = TLanes.Add(z1, *(TVec*)(table + (byte)(places >> 8)));
                z2 = TLanes.Add(z2, *(TVec*)(table + (byte)(places >> 16)));
                z3 = TLanes.Add(z3, *(TVec*)(table + (byte)(places >> 24)));
                z4 = TLanes.Add(z4, *(TVec*)(table + (byte)(places >> 32)));
                z5 = TLanes.Add(z5, *(TVec*)(table + (byte)(places >> 40)));
                z6 = TLanes.Add(z6, *(TVec*)(table + (byte)(places >> 48)));
                z7 = TLanes.Add(z7, *(TVec*)(table + (places >> 56)));
                offsets++;
                table += Entries * TableOffsets.EntryUnits;
            }

            TLanes.Store(z, z0);
            TLanes.Store(z + stride, z1);
            TLanes.Store(z + (2L * stride), z2);
            TLanes.Store(z + (3L * stride), z3);
            TLanes.Store(z + (4L * stride), z4);
            TLanes.Store(z + (5L * stride), z5);
            TLanes.Store(z + (6L * stride), z6);
            TLanes.Store(z + (7L * stride), z7);
            z += (long)TileSamples * stride;
        }
    }

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
                float* row = Column(weights, shape, lane);
                TVec z = TLanes.Load(row + ((long)shape.Inputs * Canon.Lanes));
                for (int input = 0; input < shape.Inputs; input += Canon.Group)
                {
                    TVec sum = Flip(TLanes.Load(row), workspace.Flips[input]);
                    row += Canon.Lanes;
                    int end = Math.Min(input + Canon.Group, shape.Inputs);
                    for (int i = input + 1; i < end; i++, row += Canon.Lanes)
                        sum = TLanes.Add(sum, Flip(TLanes.Load(row), workspace.Flips[i]));

                    z = TLanes.Add(z, sum);
                }

                TLanes.Store(workspace.Slopes + ((long)sample * padded) + lane, z);
            }
        }
    }

    /// <summary>Adds 32 samples to the gradients of all inputs and the bias, eight groups of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWord(float* gradient, float* tables, uint* inputs, int count)
    {
        byte* t = (byte*)tables;
        for (int i = 0; i <= count; i++, gradient += Canon.Lanes)
        {
            // A nibble times the 64 bytes of an entry is its place in the group's table.
            uint word = i < count ? inputs[i] : 0;
            TVec sum = TLanes.Add(TLanes.Load(gradient), *(TVec*)(t + ((word << 6) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + TableBytes + ((word << 2) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (2 * TableBytes) + ((word >> 2) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (3 * TableBytes) + ((word >> 6) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (4 * TableBytes) + ((word >> 10) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (5 * TableBytes) + ((word >> 14) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (6 * TableBytes) + ((word >> 18) & Place)));
            sum = TLanes.Add(sum, *(TVec*)(t + (7 * TableBytes) + ((word >> 22) & Place)));
            TLanes.Store(gradient, sum);
        }
    }

    /// <summary>The same for the first groups only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPart(float* gradient, float* tables, uint* inputs, int count, int groups)
    {
        for (int i = 0; i <= count; i++, gradient += Canon.Lanes)
        {
            uint word = i < count ? inputs[i] : 0;
            TVec sum = TLanes.Load(gradient);
            byte* table = (byte*)tables;
            for (int group = 0; group < groups; group++, word >>= Canon.Group, table += TableBytes)
                sum = TLanes.Add(sum, *(TVec*)(table + ((word << 6) & Place)));

            TLanes.Store(gradient, sum);
        }
    }

    private const uint Place = 15 << 6;

    private const int TableBytes = TableFloats * sizeof(float);

    /// <summary>Row 0 of the lanes from <paramref name="lane"/> on, in the layout of <see cref="FirstLayerLayout"/>.</summary>
    private static float* Column(float* weights, in LaunchShape shape, int lane) =>
        weights + ((long)(lane / Canon.Lanes) * FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes) + (lane % Canon.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Flip(TVec weight, uint signBit) => TLanes.Xor(weight, TLanes.BroadcastWord(signBit));
}
