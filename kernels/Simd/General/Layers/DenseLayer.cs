using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Dense layers over real inputs, of deep networks and transformers, forward and backward; lanes = outputs.</summary>
internal static unsafe class DenseLayer<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Lanes = Canon.Lanes;
    private const int Tile = 4;

    /// <summary>y_j ← fma(x_i, w_ij, y_j) from the bias of j, or from +0, for i = 0, 1, …</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">[samples][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="y">[samples][padded outputs].</param>
    /// <param name="samples">Number of vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in DenseShape layer, float* x, long stride, float* y, int samples)
    {
        int outputs = layer.PaddedOutputs;
        int inputs = layer.Inputs;
        long rowFloats = layer.RowFloats;
        for (int column = 0; column < outputs; column += TLanes.Count)
        {
            int block = column / Lanes;
            int lane = column % Lanes;
            float* weights = layer.Weights + (block * layer.BlockFloats) + lane;
            TVec bias = layer.Bias == null ? TLanes.Broadcast(0f) : TLanes.Load(layer.Bias + (block * layer.BiasBlockFloats) + lane);
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
                TVec y0 = bias, y1 = bias, y2 = bias, y3 = bias;
                for (int i = 0; i < inputs; i++, w += rowFloats)
                {
                    TVec weight = TLanes.Load(w);
                    y0 = TLanes.Fma(TLanes.Broadcast(x0[i]), weight, y0);
                    y1 = TLanes.Fma(TLanes.Broadcast(x1[i]), weight, y1);
                    y2 = TLanes.Fma(TLanes.Broadcast(x2[i]), weight, y2);
                    y3 = TLanes.Fma(TLanes.Broadcast(x3[i]), weight, y3);
                }

                float* target = y + ((long)sample * outputs) + column;
                TLanes.Store(target, y0);
                TLanes.Store(target + (at1 * outputs), y1);
                TLanes.Store(target + (at2 * outputs), y2);
                TLanes.Store(target + (at3 * outputs), y3);
            }
        }
    }

    /// <summary>Adds Σ_b x_bi·d_bj, and Σ_b d_bj where there are biases, to a layer of gradients, or starts these sums.</summary>
    /// <param name="gradient">The gradients.</param>
    /// <param name="x">[samples][<paramref name="stride"/>].</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="d">[samples][padded outputs].</param>
    /// <param name="samples">Number of vectors.</param>
    /// <param name="start">Whether sums start from +0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(in DenseShape gradient, float* x, long stride, float* d, int samples, bool start)
    {
        int outputs = gradient.PaddedOutputs;
        int inputs = gradient.Inputs;
        long rowFloats = gradient.RowFloats;
        TVec zero = TLanes.Broadcast(0f);
        for (int column = 0; column < outputs; column += TLanes.Count)
        {
            int block = column / Lanes;
            int lane = column % Lanes;
            float* sums = gradient.Weights + (block * gradient.BlockFloats) + lane;
            for (int i = 0; i < inputs; i += Tile)
            {
                // Beyond the last input, the last one is computed again.
                int last = inputs - 1 - i;
                int i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last);
                float* place1 = sums + ((i + i1) * rowFloats);
                float* place2 = sums + ((i + i2) * rowFloats);
                float* place3 = sums + ((i + i3) * rowFloats);
                float* place = sums + (i * rowFloats);
                TVec g0 = start ? zero : TLanes.Load(place);
                TVec g1 = start ? zero : TLanes.Load(place1);
                TVec g2 = start ? zero : TLanes.Load(place2);
                TVec g3 = start ? zero : TLanes.Load(place3);
                float* input = x + i;
                float* descents = d + column;
                for (int sample = 0; sample < samples; sample++, input += stride, descents += outputs)
                {
                    TVec descent = TLanes.Load(descents);
                    g0 = TLanes.Fma(TLanes.Broadcast(input[0]), descent, g0);
                    g1 = TLanes.Fma(TLanes.Broadcast(input[i1]), descent, g1);
                    g2 = TLanes.Fma(TLanes.Broadcast(input[i2]), descent, g2);
                    g3 = TLanes.Fma(TLanes.Broadcast(input[i3]), descent, g3);
                }

                TLanes.Store(place, g0);
                TLanes.Store(place1, g1);
                TLanes.Store(place2, g2);
                TLanes.Store(place3, g3);
            }

            if (gradient.Bias != null)
            {
                float* place = gradient.Bias + (block * gradient.BiasBlockFloats) + lane;
                TVec sum = start ? zero : TLanes.Load(place);
                for (int sample = 0; sample < samples; sample++)
                    sum = TLanes.Add(sum, TLanes.Load(d + ((long)sample * outputs) + column));

                TLanes.Store(place, sum);
            }
        }
    }

    /// <summary>Σ_j d_bj·w_ij in sixteen lanes and a halving tree.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="d">[samples][padded outputs].</param>
    /// <param name="below">[samples][<paramref name="stride"/>], the inputs' d; padding is left as it is.</param>
    /// <param name="stride">Floats from one input vector to the next.</param>
    /// <param name="samples">Number of vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in DenseShape layer, float* d, float* below, long stride, int samples)
    {
        int outputs = layer.PaddedOutputs;
        int inputs = layer.Inputs;
        long blockFloats = layer.BlockFloats;
        float* sums = stackalloc float[Tile * Lanes];
        for (int sample = 0; sample < samples; sample += Tile)
        {
            int last = samples - 1 - sample;
            long at1 = Math.Min(1, last), at2 = Math.Min(2, last), at3 = Math.Min(3, last);
            float* d0 = d + ((long)sample * outputs);
            float* d1 = d0 + (at1 * outputs);
            float* d2 = d0 + (at2 * outputs);
            float* d3 = d0 + (at3 * outputs);
            float* target = below + (sample * stride);
            for (int i = 0; i < inputs; i++)
            {
                for (int lane = 0; lane < Lanes; lane += TLanes.Count)
                {
                    TVec s0 = TLanes.Broadcast(0f);
                    TVec s1 = s0, s2 = s0, s3 = s0;
                    float* w = layer.Weights + (i * layer.RowFloats) + lane;
                    for (int column = lane; column < outputs; column += Lanes, w += blockFloats)
                    {
                        TVec weight = TLanes.Load(w);
                        s0 = TLanes.Fma(TLanes.Load(d0 + column), weight, s0);
                        s1 = TLanes.Fma(TLanes.Load(d1 + column), weight, s1);
                        s2 = TLanes.Fma(TLanes.Load(d2 + column), weight, s2);
                        s3 = TLanes.Fma(TLanes.Load(d3 + column), weight, s3);
                    }

                    TLanes.Store(sums + lane, s0);
                    TLanes.Store(sums + Lanes + lane, s1);
                    TLanes.Store(sums + (2 * Lanes) + lane, s2);
                    TLanes.Store(sums + (3 * Lanes) + lane, s3);
                }

                target[i] = Head<TVec, TLanes>.TreeSum(sums);
                target[(at1 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + Lanes);
                target[(at2 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + (2 * Lanes));
                target[(at3 * stride) + i] = Head<TVec, TLanes>.TreeSum(sums + (3 * Lanes));
            }
        }
    }

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
