using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>Dense layers over real inputs, of deep networks and transformers, forward and backward; lanes = outputs.</summary>
internal static unsafe class DenseLayer<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Lanes = Canon.Lanes;
    private const int Tile = 4;

    /// <summary>Inputs whose weights stay in the second-level cache while all samples go backward through them, and a tile's d in the first.</summary>
    private const int BackwardInputs = 16;

    /// <summary>y_j ← fma(x_i, w_ij, y_j) from the bias of j, from +0 or from y_j, for i = 0, 1, …</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">[samples][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="y">[samples][output stride].</param>
    /// <param name="samples">Number of vectors.</param>
    /// <param name="add">Whether sums start from y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in DenseShape layer, float* x, long stride, float* y, int samples, bool add = false)
    {
        int column = 0;
        for (; column + TLanes.Count < layer.PaddedOutputs; column += 2 * TLanes.Count)
            Forward<Two>(layer, x, stride, y, samples, add, column);

        if (column < layer.PaddedOutputs)
            Forward<One>(layer, x, stride, y, samples, add, column);
    }

    /// <summary>The same for the outputs of one or two registers, which share the loads of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TRegisters>(in DenseShape layer, float* x, long stride, float* y, int samples, bool add, int column)
        where TRegisters : struct, ICount
    {
        int outputStride = layer.OutputStride;
        int inputs = layer.Inputs;
        long rowFloats = layer.RowFloats;
        int second = TRegisters.Value > 1 ? column + TLanes.Count : column;
        float* weights = layer.Weights + Place(column, layer.BlockFloats);
        long other = Place(second, layer.BlockFloats) - Place(column, layer.BlockFloats);
        TVec bias = TLanes.Broadcast(0f), otherBias = bias;
        if (layer.Bias != null)
        {
            bias = TLanes.Load(layer.Bias + Place(column, layer.BiasBlockFloats));
            otherBias = TLanes.Load(layer.Bias + Place(second, layer.BiasBlockFloats));
        }

        for (int sample = 0; sample < samples; sample += Tile)
        {
            // Beyond the last sample, the last one is computed again.
            int last = samples - 1 - sample;
            long at1 = Math.Min(1, last), at2 = Math.Min(2, last), at3 = Math.Min(3, last);
            float* x0 = x + (sample * stride);
            float* x1 = x0 + (at1 * stride);
            float* x2 = x0 + (at2 * stride);
            float* x3 = x0 + (at3 * stride);
            float* w = weights;
            float* target = y + ((long)sample * outputStride) + column;
            TVec y0 = bias, y1 = bias, y2 = bias, y3 = bias;
            TVec z0 = otherBias, z1 = otherBias, z2 = otherBias, z3 = otherBias;
            if (add)
            {
                LoadRows(target, at1 * outputStride, at2 * outputStride, at3 * outputStride, out y0, out y1, out y2, out y3);
                if (TRegisters.Value > 1)
                    LoadRows(target + TLanes.Count, at1 * outputStride, at2 * outputStride, at3 * outputStride, out z0, out z1, out z2, out z3);
            }

            for (int i = 0; i < inputs; i++, w += rowFloats)
            {
                TVec b0 = TLanes.Broadcast(x0[i]), b1 = TLanes.Broadcast(x1[i]), b2 = TLanes.Broadcast(x2[i]), b3 = TLanes.Broadcast(x3[i]);
                AddProducts(ref y0, ref y1, ref y2, ref y3, b0, b1, b2, b3, TLanes.Load(w));
                if (TRegisters.Value > 1)
                    AddProducts(ref z0, ref z1, ref z2, ref z3, b0, b1, b2, b3, TLanes.Load(w + other));
            }

            StoreRows(target, at1 * outputStride, at2 * outputStride, at3 * outputStride, y0, y1, y2, y3);
            if (TRegisters.Value > 1)
                StoreRows(target + TLanes.Count, at1 * outputStride, at2 * outputStride, at3 * outputStride, z0, z1, z2, z3);
        }
    }

    /// <summary>Place of an output's first weight, or of its bias.</summary>
    private static long Place(int output, long blockFloats) => (output / Lanes * blockFloats) + (output % Lanes);

    /// <summary>Adds Σ_b x_bi·d_bj, and Σ_b d_bj where there are biases, to a layer of gradients, or starts these sums.</summary>
    /// <param name="gradient">The gradients.</param>
    /// <param name="x">[samples][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="d">[samples][output stride].</param>
    /// <param name="samples">Number of vectors.</param>
    /// <param name="start">Whether sums start from +0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(in DenseShape gradient, float* x, long stride, float* d, int samples, bool start)
    {
        int outputs = gradient.PaddedOutputs;
        int column = 0;
        for (; column + TLanes.Count < outputs; column += 2 * TLanes.Count)
            Gradient<Two>(gradient, x, stride, d, samples, start, column);

        if (column < outputs)
            Gradient<One>(gradient, x, stride, d, samples, start, column);

        for (column = 0; gradient.Bias != null && column < outputs; column += TLanes.Count)
        {
            float* place = gradient.Bias + Place(column, gradient.BiasBlockFloats);
            TVec sum = start ? TLanes.Broadcast(0f) : TLanes.Load(place);
            for (int sample = 0; sample < samples; sample++)
                sum = TLanes.Add(sum, TLanes.Load(d + ((long)sample * gradient.OutputStride) + column));

            TLanes.Store(place, sum);
        }
    }

    /// <summary>The weights' part of it for the outputs of one or two registers, which share the loads of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TRegisters>(in DenseShape gradient, float* x, long stride, float* d, int samples, bool start, int column)
        where TRegisters : struct, ICount
    {
        int outputStride = gradient.OutputStride;
        int inputs = gradient.Inputs;
        long rowFloats = gradient.RowFloats;
        float* sums = gradient.Weights + Place(column, gradient.BlockFloats);
        long other = TRegisters.Value > 1 ? Place(column + TLanes.Count, gradient.BlockFloats) - Place(column, gradient.BlockFloats) : 0;
        TVec zero = TLanes.Broadcast(0f);
        for (int i = 0; i < inputs; i += Tile)
        {
            // Beyond the last input, the last one is computed again.
            int last = inputs - 1 - i;
            int i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last);
            long row1 = i1 * rowFloats, row2 = i2 * rowFloats, row3 = i3 * rowFloats;
            float* place = sums + (i * rowFloats);
            float* second = place + other;
            TVec g0 = start ? zero : TLanes.Load(place), h0 = start ? zero : TLanes.Load(second);
            TVec g1 = start ? zero : TLanes.Load(place + row1), h1 = start ? zero : TLanes.Load(second + row1);
            TVec g2 = start ? zero : TLanes.Load(place + row2), h2 = start ? zero : TLanes.Load(second + row2);
            TVec g3 = start ? zero : TLanes.Load(place + row3), h3 = start ? zero : TLanes.Load(second + row3);
            float* input = x + i;
            float* descents = d + column;
            for (int sample = 0; sample < samples; sample++, input += stride, descents += outputStride)
            {
                TVec b0 = TLanes.Broadcast(input[0]), b1 = TLanes.Broadcast(input[i1]), b2 = TLanes.Broadcast(input[i2]), b3 = TLanes.Broadcast(input[i3]);
                AddProducts(ref g0, ref g1, ref g2, ref g3, b0, b1, b2, b3, TLanes.Load(descents));
                if (TRegisters.Value > 1)
                    AddProducts(ref h0, ref h1, ref h2, ref h3, b0, b1, b2, b3, TLanes.Load(descents + TLanes.Count));
            }

            StoreRows(place, row1, row2, row3, g0, g1, g2, g3);
            if (TRegisters.Value > 1)
                StoreRows(second, row1, row2, row3, h0, h1, h2, h3);
        }
    }

    /// <summary>Σ_j d_bj·w_ij in sixteen lanes and a halving tree.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="d">[samples][output stride].</param>
    /// <param name="below">[samples][<paramref name="stride"/>], the inputs' d; padding is left as it is.</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="samples">Number of vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in DenseShape layer, float* d, float* below, long stride, int samples)
    {
        for (int first = 0; first < layer.Inputs; first += BackwardInputs)
            Backward(layer, d, below, stride, samples, first, Math.Min(layer.Inputs, first + BackwardInputs));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(in DenseShape layer, float* d, float* below, long stride, int samples, int first, int end)
    {
        int outputs = layer.PaddedOutputs;
        int outputStride = layer.OutputStride;
        long blockFloats = layer.BlockFloats;
        float* sums = stackalloc float[Tile * Lanes];
        for (int sample = 0; sample < samples; sample += Tile)
        {
            int last = samples - 1 - sample;
            long at1 = Math.Min(1, last), at2 = Math.Min(2, last), at3 = Math.Min(3, last);
            float* d0 = d + ((long)sample * outputStride);
            float* d1 = d0 + (at1 * outputStride);
            float* d2 = d0 + (at2 * outputStride);
            float* d3 = d0 + (at3 * outputStride);
            float* target = below + (sample * stride);
            int i = first;
            for (; TLanes.Count == Lanes && i + Tile <= end; i += Tile)
            {
                var trees = FourInputs(layer, i, d0, d1, d2, d3);
                trees.GetLower().GetLower().Store(target + i);
                trees.GetLower().GetUpper().Store(target + (at1 * stride) + i);
                trees.GetUpper().GetLower().Store(target + (at2 * stride) + i);
                trees.GetUpper().GetUpper().Store(target + (at3 * stride) + i);
            }

            for (; i < end; i++)
            {
                for (int lane = 0; lane < Lanes; lane += TLanes.Count)
                {
                    TVec s0 = TLanes.Broadcast(0f);
                    TVec s1 = s0, s2 = s0, s3 = s0;
                    float* w = layer.Weights + (i * layer.RowFloats) + lane;
                    for (int column = lane; column < outputs; column += Lanes, w += blockFloats)
                    {
                        TVec x0 = TLanes.Load(d0 + column), x1 = TLanes.Load(d1 + column), x2 = TLanes.Load(d2 + column), x3 = TLanes.Load(d3 + column);
                        AddProducts(ref s0, ref s1, ref s2, ref s3, x0, x1, x2, x3, TLanes.Load(w));
                    }

                    StoreRows(sums + lane, Lanes, 2 * Lanes, 3 * Lanes, s0, s1, s2, s3);
                }

                target[i] = Head<TVec, TLanes>.TreeSum(sums);
                target[(at1 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + Lanes);
                target[(at2 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + (2 * Lanes));
                target[(at3 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + (3 * Lanes));
            }
        }
    }

    /// <summary>Σ_j d_bj·w_ij of four samples, [sample][input], and four inputs from <paramref name="i"/> on, if a register has sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FourInputs(in DenseShape layer, int i, float* d0, float* d1, float* d2, float* d3)
    {
        TVec a0 = TLanes.Broadcast(0f);
        TVec a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        TVec c0 = a0, c1 = a0, c2 = a0, c3 = a0, e0 = a0, e1 = a0, e2 = a0, e3 = a0;
        long rowFloats = layer.RowFloats;
        float* w = layer.Weights + (i * rowFloats);
        for (int column = 0; column < layer.PaddedOutputs; column += Lanes, w += layer.BlockFloats)
        {
            TVec x0 = TLanes.Load(d0 + column), x1 = TLanes.Load(d1 + column), x2 = TLanes.Load(d2 + column), x3 = TLanes.Load(d3 + column);
            AddProducts(ref a0, ref a1, ref a2, ref a3, x0, x1, x2, x3, TLanes.Load(w));
            AddProducts(ref b0, ref b1, ref b2, ref b3, x0, x1, x2, x3, TLanes.Load(w + rowFloats));
            AddProducts(ref c0, ref c1, ref c2, ref c3, x0, x1, x2, x3, TLanes.Load(w + (2 * rowFloats)));
            AddProducts(ref e0, ref e1, ref e2, ref e3, x0, x1, x2, x3, TLanes.Load(w + (3 * rowFloats)));
        }

        return LaneTrees.OfQuarters(
            LaneTrees.Quarters(Wide(a0), Wide(a1), Wide(a2), Wide(a3)),
            LaneTrees.Quarters(Wide(b0), Wide(b1), Wide(b2), Wide(b3)),
            LaneTrees.Quarters(Wide(c0), Wide(c1), Wide(c2), Wide(c3)),
            LaneTrees.Quarters(Wide(e0), Wide(e1), Wide(e2), Wide(e3)));
    }

    /// <summary>s_q ← fma(x_q, y, s_q) for a tile's four sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(ref TVec s0, ref TVec s1, ref TVec s2, ref TVec s3, TVec x0, TVec x1, TVec x2, TVec x3, TVec y)
    {
        s0 = TLanes.Fma(x0, y, s0);
        s1 = TLanes.Fma(x1, y, s1);
        s2 = TLanes.Fma(x2, y, s2);
        s3 = TLanes.Fma(x3, y, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadRows(float* place, long row1, long row2, long row3, out TVec s0, out TVec s1, out TVec s2, out TVec s3)
    {
        s0 = TLanes.Load(place);
        s1 = TLanes.Load(place + row1);
        s2 = TLanes.Load(place + row2);
        s3 = TLanes.Load(place + row3);
    }

    /// <summary>Stores a tile's four sums, of which the last three lie so many floats behind the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRows(float* place, long row1, long row2, long row3, TVec s0, TVec s1, TVec s2, TVec s3)
    {
        TLanes.Store(place, s0);
        TLanes.Store(place + row1, s1);
        TLanes.Store(place + row2, s2);
        TLanes.Store(place + row3, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wide(TVec sixteen) => Unsafe.BitCast<TVec, Vector512<float>>(sixteen);

    /// <summary>Σ_i a_i·b_i in sixteen lanes and a halving tree.</summary>
    /// <param name="a">[<paramref name="padded"/>].</param>
    /// <param name="b">[<paramref name="padded"/>].</param>
    /// <param name="padded">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int padded)
    {
        float* sums = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane += TLanes.Count)
        {
            TVec sum = TLanes.Broadcast(0f);
            for (int i = lane; i < padded; i += Lanes)
                sum = TLanes.Fma(TLanes.Load(a + i), TLanes.Load(b + i), sum);

            TLanes.Store(sums + lane, sum);
        }

        return Head<TVec, TLanes>.TreeSum(sums);
    }
}
