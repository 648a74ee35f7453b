using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The general path of networks with one hidden layer of a few columns, which would leave most of a register idle. Lanes are samples in the forward
/// pass and the head, inputs in the gradient, and entries where a table of signed sums is built. Every number results from the same operations in the
/// same order as with lanes = columns. Slopes and values are [column][C].
/// </summary>
internal static unsafe class NarrowNetwork<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int MostColumns = 4;
    private const int Entries = SignedSums<TVec, TLanes>.Entries;
    private const int GroupFloats = MostColumns * Entries;

    /// <summary>Whether a network is trained this way.</summary>
    public static bool Takes(in LaunchShape shape) =>
        shape.Model != (int)Model.Transformer && shape.Width <= MostColumns && RunLayout.DenseLayers(shape) == 0;

    /// <summary>z of the chunk's samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int groups = Canon.Groups(shape.Inputs);
        int width = shape.Width;
        float* tables = workspace.Tables;
        for (int group = 0; group < groups; group++)
        {
            float* rows = weights + ((long)group * Canon.Group * Canon.Lanes);
            int left = shape.Inputs - (group * Canon.Group);
            for (int j = 0; j < width; j++)
            {
                BuildTable(
                    (InputEncoding)shape.Encoding,
                    tables + (group * GroupFloats) + (j * Entries),
                    rows[j],
                    left > 1 ? rows[Canon.Lanes + j] : 0f,
                    left > 2 ? rows[(2 * Canon.Lanes) + j] : 0f,
                    left > 3 ? rows[(3 * Canon.Lanes) + j] : 0f);
            }
        }

        float* bias = weights + ((long)shape.Inputs * Canon.Lanes);
        int stride = workspace.ChunkWords * Canon.WordSamples;
        TVec bit0 = TLanes.BroadcastWord(1), bit1 = TLanes.BroadcastWord(2), bit2 = TLanes.BroadcastWord(4), bit3 = TLanes.BroadcastWord(8);
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            uint* inputs = workspace.Inputs + ((long)(sample / Canon.WordSamples) * workspace.InputStride);
            int shift = sample % Canon.WordSamples;
            TVec z0 = TLanes.Broadcast(bias[0]), z1 = TLanes.Broadcast(bias[1]);
            TVec z2 = TLanes.Broadcast(bias[2]), z3 = TLanes.Broadcast(bias[3]);
            float* table = tables;
            for (int group = 0; group < groups; group++, inputs += Canon.Group, table += GroupFloats)
            {
                // Lane l's bit of the word for input q of the group ends up as bit q.
                TVec place = TLanes.And(TLanes.RotateByLane(TLanes.BroadcastWord(inputs[0]), shift), bit0);
                place = TLanes.Or(place, TLanes.And(TLanes.RotateByLane(TLanes.BroadcastWord(inputs[1]), shift - 1), bit1));
                place = TLanes.Or(place, TLanes.And(TLanes.RotateByLane(TLanes.BroadcastWord(inputs[2]), shift - 2), bit2));
                place = TLanes.Or(place, TLanes.And(TLanes.RotateByLane(TLanes.BroadcastWord(inputs[3]), shift - 3), bit3));
                z0 = TLanes.Add(z0, TLanes.Lookup(table, place));
                if (width == 1)
                    continue;

                z1 = TLanes.Add(z1, TLanes.Lookup(table + Entries, place));
                if (width == 2)
                    continue;

                z2 = TLanes.Add(z2, TLanes.Lookup(table + (2 * Entries), place));
                if (width == MostColumns)
                    z3 = TLanes.Add(z3, TLanes.Lookup(table + (3 * Entries), place));
            }

            float* z = workspace.Slopes + sample;
            TLanes.Store(z, z0);
            TLanes.Store(z + stride, z1);
            TLanes.Store(z + (2 * stride), z2);
            TLanes.Store(z + (3 * stride), z3);
        }
    }

    /// <summary>Values and slopes of the hidden layer.</summary>
    public static void Activate(in GeneralWorkspace workspace, in LaunchShape shape, int degree, float* coefficients, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int j = 0; j < shape.Width; j++)
        {
            Head<TVec, TLanes>.Activate(
                workspace.Slopes + (j * stride), workspace.Values + (j * stride), shape, degree, coefficients, samples);
        }
    }

    /// <summary>f = c + Σ_j u_j h_j of every sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        int width = shape.Width;
        float* outputs = weights + ((shape.Inputs + 1L) * Canon.Lanes);
        TVec bias = TLanes.Broadcast(weights[FirstLayerLayout.OutputBias(shape.Inputs, width)]);
        TVec u0 = TLanes.Broadcast(outputs[0]), u1 = TLanes.Broadcast(outputs[1]);
        TVec u2 = TLanes.Broadcast(outputs[2]), u3 = TLanes.Broadcast(outputs[3]);
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            float* h = workspace.Values + sample;
            TVec sum = LaneSum(u0, h);
            if (width > 2)
                sum = TLanes.Add(sum, LaneSum(u2, h + (2 * stride)));

            if (width > 1)
            {
                TVec odd = LaneSum(u1, h + stride);
                if (width > 3)
                    odd = TLanes.Add(odd, LaneSum(u3, h + (3 * stride)));

                sum = TLanes.Add(sum, odd);
            }

            TLanes.Store(workspace.Outputs + sample, TLanes.Add(bias, sum));
        }
    }

    /// <summary>f = ∏_j z_j of every sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product(in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            float* z = workspace.Slopes + sample;
            TVec product = TLanes.Load(z);
            for (int j = 1; j < shape.Width; j++)
                product = TLanes.Multiply(product, TLanes.Load(z + (j * stride)));

            TLanes.Store(workspace.Outputs + sample, product);
        }
    }

    /// <summary>d_j = g·(∏_{i&lt;j} z_i · ∏_{i&gt;j} z_i) in place of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ProductBackward(in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            float* z = workspace.Slopes + sample;
            float* after = workspace.Values + sample;
            TVec g = TLanes.Load(workspace.Descents + sample);
            TVec product = TLanes.Broadcast(1f);
            for (int j = shape.Width - 1; j >= 0; j--)
            {
                TLanes.Store(after + (j * stride), product);
                product = TLanes.Multiply(product, TLanes.Load(z + (j * stride)));
            }

            product = TLanes.Broadcast(1f);
            for (int j = 0; j < shape.Width; j++)
            {
                TVec factor = TLanes.Load(z + (j * stride));
                TLanes.Store(z + (j * stride), TLanes.Multiply(g, TLanes.Multiply(product, TLanes.Load(after + (j * stride)))));
                product = TLanes.Multiply(product, factor);
            }
        }
    }

    /// <summary>Gradients of the output layer, and d = (g·u)·σ′ in place of the slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputBackward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        int width = shape.Width;
        long outputRow = (shape.Inputs + 1L) * Canon.Lanes;
        float* g = workspace.Descents;
        for (int j = 0; j < width; j++)
        {
            TVec u = TLanes.Broadcast(weights[outputRow + j]);
            float* slopes = workspace.Slopes + (j * stride);
            for (int sample = 0; sample < samples; sample += TLanes.Count)
                TLanes.Store(slopes + sample, TLanes.Multiply(TLanes.Multiply(TLanes.Load(g + sample), u), TLanes.Load(slopes + sample)));
        }

        // Each sum is one chain of dependent operations; interleaved, all chains take the time of one.
        float* gradient = workspace.Gradients + outputRow;
        float* bias = workspace.Gradients + FirstLayerLayout.OutputBias(shape.Inputs, width);
        float* h0 = workspace.Values;
        float* h1 = width > 1 ? h0 + stride : h0;
        float* h2 = width > 2 ? h0 + (2 * stride) : h0;
        float* h3 = width > 3 ? h0 + (3 * stride) : h0;
        float sum = *bias, sum0 = gradient[0], sum1 = gradient[1], sum2 = gradient[2], sum3 = gradient[3];
        for (int sample = 0; sample < samples; sample++)
        {
            float descent = g[sample];
            sum += descent;
            sum0 = MathF.FusedMultiplyAdd(descent, h0[sample], sum0);
            sum1 = MathF.FusedMultiplyAdd(descent, h1[sample], sum1);
            sum2 = MathF.FusedMultiplyAdd(descent, h2[sample], sum2);
            sum3 = MathF.FusedMultiplyAdd(descent, h3[sample], sum3);
        }

        *bias = sum;
        gradient[0] = sum0;
        if (width > 1)
            gradient[1] = sum1;

        if (width > 2)
            gradient[2] = sum2;

        if (width > 3)
            gradient[3] = sum3;
    }

    /// <summary>
    /// Adds −∂ℓ/∂W of the chunk's samples, whose d are in the workspace's slopes, to the gradients, which are +0 at the start.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        int width = shape.Width;
        int groups = Canon.Groups(samples);
        float* tables = workspace.Tables;
        for (int j = 0; j < width; j++)
        {
            float* d = workspace.Slopes + (j * stride);
            for (int sample = samples; sample % Canon.Group != 0; sample++)
                d[sample] = 0f;

            for (int group = 0; group < groups; group++, d += Canon.Group)
                BuildTable((InputEncoding)shape.Encoding, tables + (group * GroupFloats) + (j * Entries), d[0], d[1], d[2], d[3]);
        }

        // The bias's input is always 1; the row may hold stale data.
        for (int word = 0; word < Canon.Words(samples); word++)
            workspace.Inputs[((long)word * workspace.InputStride) + shape.Inputs] = ((InputEncoding)shape.Encoding).OfOne();

        TVec zero = TLanes.Broadcast(0f);
        float* sums = stackalloc float[GroupFloats];
        for (int first = 0; first <= shape.Inputs; first += TLanes.Count)
        {
            float* gradient = workspace.Gradients + ((long)first * Canon.Lanes);
            int lanes = Math.Min(TLanes.Count, shape.Inputs + 1 - first);
            for (int j = 0; j < width && !start; j++)
            {
                for (int lane = 0; lane < lanes; lane++)
                    sums[(j * Entries) + lane] = gradient[(lane * Canon.Lanes) + j];
            }

            TVec sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
            if (!start)
            {
                sum0 = TLanes.Load(sums);
                sum1 = TLanes.Load(sums + Entries);
                sum2 = TLanes.Load(sums + (2 * Entries));
                sum3 = TLanes.Load(sums + (3 * Entries));
            }

            float* table = tables;
            uint* inputs = workspace.Inputs + first;
            TVec places = zero;
            for (int group = 0; group < groups; group++, table += GroupFloats)
            {
                if (group % (Canon.WordSamples / Canon.Group) == 0)
                {
                    places = TLanes.Load(inputs);
                    inputs += workspace.InputStride;
                }

                sum0 = TLanes.Add(sum0, TLanes.Lookup(table, places));
                if (width > 1)
                {
                    sum1 = TLanes.Add(sum1, TLanes.Lookup(table + Entries, places));
                    if (width > 2)
                        sum2 = TLanes.Add(sum2, TLanes.Lookup(table + (2 * Entries), places));

                    if (width > 3)
                        sum3 = TLanes.Add(sum3, TLanes.Lookup(table + (3 * Entries), places));
                }

                places = TLanes.ShiftRight(places, Canon.Group);
            }

            TLanes.Store(sums, sum0);
            TLanes.Store(sums + Entries, sum1);
            TLanes.Store(sums + (2 * Entries), sum2);
            TLanes.Store(sums + (3 * Entries), sum3);
            for (int j = 0; j < width; j++)
            {
                for (int lane = 0; lane < lanes; lane++)
                    gradient[(lane * Canon.Lanes) + j] = sums[(j * Entries) + lane];
            }
        }
    }

    /// <summary>
    /// The 16 values of ((w0·x0 + w1·x1) + w2·x2) + w3·x3, where x_q is −1 if bit q of an entry's index is set and 1 if not, or the bit itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BuildTable(InputEncoding encoding, float* table, float w0, float w1, float w2, float w3)
    {
        bool zeroOne = encoding == InputEncoding.ZeroOne;
        ref byte inputs = ref zeroOne
            ? ref Unsafe.As<float, byte>(ref MemoryMarshal.GetReference(NarrowColumns.EntryNumbers))
            : ref Unsafe.As<uint, byte>(ref MemoryMarshal.GetReference(NarrowColumns.EntrySigns));
        for (int entry = 0; entry < Entries; entry += TLanes.Count)
        {
            TVec sum = TLanes.Add(Term(zeroOne, w0, ref inputs, entry), Term(zeroOne, w1, ref inputs, Entries + entry));
            sum = TLanes.Add(sum, Term(zeroOne, w2, ref inputs, (2 * Entries) + entry));
            TLanes.Store(table + entry, TLanes.Add(sum, Term(zeroOne, w3, ref inputs, (3 * Entries) + entry)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Term(bool zeroOne, float weight, ref byte inputs, int place)
    {
        TVec w = TLanes.Broadcast(weight);
        TVec x = Unsafe.ReadUnaligned<TVec>(ref Unsafe.Add(ref inputs, place * sizeof(uint)));
        return zeroOne ? TLanes.Multiply(w, x) : TLanes.Xor(w, x);
    }

    /// <summary>The sum of a lane and the lane eight further on, which is +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec LaneSum(TVec u, float* h)
    {
        TVec zero = TLanes.Broadcast(0f);
        return TLanes.Add(TLanes.Fma(u, TLanes.Load(h), zero), zero);
    }
}
