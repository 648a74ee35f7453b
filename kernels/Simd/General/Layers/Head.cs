using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// What lies between the affine layer's z and the output, forward and backward, for a chunk of samples (NUMERICS.md, the general path).
/// Lanes = columns; hidden layers count from 0 here.
/// </summary>
internal static unsafe class Head<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Samples whose outputs are summed at once.</summary>
    private const int OutputSamples = 4;

    /// <summary>σ and σ′ of one hidden layer's z, in place of it.</summary>
    /// <param name="slopes">z, then σ′.</param>
    /// <param name="values">σ.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="degree">Degree of a polynomial σ.</param>
    /// <param name="coefficients">Coefficients of a polynomial σ.</param>
    /// <param name="count">Adjacent floats of a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(
        float* slopes, float* values, in LaunchShape shape, int degree, float* coefficients, long count, int rows, long stride)
    {
        var network = shape;
        var polynomial = new CoefficientPointer(coefficients);
        for (int row = 0; row < rows; row++, slopes += stride, values += stride)
        {
            for (long p = 0; p < count; p += TLanes.Count)
            {
                var evaluated = Activations<TVec, TLanes>.Of(network, TLanes.Load(slopes + p), degree, polynomial);
                TLanes.Store(values + p, evaluated.Value);
                TLanes.Store(slopes + p, evaluated.Slope);
            }
        }
    }

    /// <summary>
    /// Sets the padding of the last block of columns to +0: σ(0) need not be 0, and an infinite factor would turn a 0 into NaN.
    /// </summary>
    /// <param name="block">The first row of the last block.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="workspace">Masks are read.</param>
    /// <param name="width">Columns that exist.</param>
    /// <param name="rows">Rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ClearPadding(float* block, long stride, in GeneralWorkspace workspace, int width, int rows)
    {
        int columns = width % Canon.Lanes;
        if (columns == 0)
            return;

        for (int lane = columns / TLanes.Count * TLanes.Count; lane < Canon.Lanes; lane += TLanes.Count)
        {
            TVec mask = TLanes.Load(workspace.Tail(lane, columns));
            float* place = block + lane;
            for (int row = 0; row < rows; row++, place += stride)
                TLanes.Store(place, TLanes.And(TLanes.Load(place), mask));
        }
    }

    /// <summary>
    /// f = c + Σ_j u_j h_j of some samples, where h are the chunk's values of one hidden layer. Some columns may be added at a time, in order; f is known
    /// after the last.
    /// </summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="values">The values.</param>
    /// <param name="workspace">Lane sums are continued, outputs are written.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="first">First of the samples.</param>
    /// <param name="end">Behind the last of them.</param>
    /// <param name="from">First of the columns, a multiple of 16.</param>
    /// <param name="to">Behind the last of them, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(
        float* weights, float* values, in GeneralWorkspace workspace, in LaunchShape shape, int first, int end, int from, int to)
    {
        int padded = RunLayout.PaddedWidth(shape);
        long blockFloats = (long)FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes;
        long stride = workspace.SampleFloats;
        long next = workspace.BlockFloats;
        float* outputs = weights + (from / Canon.Lanes * blockFloats) + ((shape.Inputs + 1L) * Canon.Lanes);
        TVec zero = TLanes.Broadcast(0f);
        for (int lane = 0; lane < Canon.Lanes; lane += TLanes.Count)
        {
            float* sums = workspace.LaneSums + ((long)first * Canon.Lanes) + lane;
            float* column = values + (first * stride) + workspace.UnitPlace(from) + lane;
            int sample = first;
            for (; sample + OutputSamples <= end; sample += OutputSamples)
            {
                TVec s0 = zero, s1 = zero, s2 = zero, s3 = zero;
                if (from > 0)
                {
                    s0 = TLanes.Load(sums);
                    s1 = TLanes.Load(sums + Canon.Lanes);
                    s2 = TLanes.Load(sums + (2 * Canon.Lanes));
                    s3 = TLanes.Load(sums + (3 * Canon.Lanes));
                }

                float* u = outputs + lane;
                float* h = column;
                for (int block = from; block < to; block += Canon.Lanes, u += blockFloats, h += next)
                {
                    TVec weight = TLanes.Load(u);
                    s0 = TLanes.Fma(weight, TLanes.Load(h), s0);
                    s1 = TLanes.Fma(weight, TLanes.Load(h + stride), s1);
                    s2 = TLanes.Fma(weight, TLanes.Load(h + (2 * stride)), s2);
                    s3 = TLanes.Fma(weight, TLanes.Load(h + (3 * stride)), s3);
                }

                TLanes.Store(sums, s0);
                TLanes.Store(sums + Canon.Lanes, s1);
                TLanes.Store(sums + (2 * Canon.Lanes), s2);
                TLanes.Store(sums + (3 * Canon.Lanes), s3);
                sums += OutputSamples * Canon.Lanes;
                column += OutputSamples * stride;
            }

            for (; sample < end; sample++, sums += Canon.Lanes, column += stride)
            {
                TVec sum = from == 0 ? zero : TLanes.Load(sums);
                float* u = outputs + lane;
                float* h = column;
                for (int block = from; block < to; block += Canon.Lanes, u += blockFloats, h += next)
                    sum = TLanes.Fma(TLanes.Load(u), TLanes.Load(h), sum);

                TLanes.Store(sums, sum);
            }
        }

        if (to < padded)
            return;

        float bias = weights[FirstLayerLayout.OutputBias(shape.Inputs, shape.Width)];
        for (int sample = first; sample < end; sample++)
            workspace.Outputs[sample] = bias + TreeSum(workspace.LaneSums + ((long)sample * Canon.Lanes));
    }

    /// <summary>f = ∏_j z_j of the samples from one to before another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product(in GeneralWorkspace workspace, in LaunchShape shape, int first, int end)
    {
        float* z = workspace.Slopes + ((long)first * workspace.SampleFloats);
        for (int sample = first; sample < end; sample++, z += workspace.SampleFloats)
        {
            float product = 1f;
            for (int j = 0; j < shape.Width; j++)
                product *= z[j];

            workspace.Outputs[sample] = product;
        }
    }

    /// <summary>d_j = g·(∏_{i&lt;j} z_i · ∏_{i&gt;j} z_i) in place of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ProductBackward(in GeneralWorkspace workspace, in LaunchShape shape, int first, int end)
    {
        int stride = workspace.SampleFloats;
        float* after = workspace.Values + ((long)first * stride);
        float* z = workspace.Slopes + ((long)first * stride);
        for (int sample = first; sample < end; sample++, z += stride)
        {
            float product = 1f;
            for (int j = shape.Width - 1; j >= 0; j--)
            {
                after[j] = product;
                product *= z[j];
            }

            product = 1f;
            for (int j = 0; j < shape.Width; j++)
            {
                float factor = z[j];
                z[j] = workspace.Descents[sample] * (product * after[j]);
                product *= factor;
            }
        }
    }

    /// <summary>
    /// Gradients of the output weights of some columns, where h are the values of the hidden layer that they read, and d = (g·u)·σ′ in place of that
    /// layer's slopes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputBackward(
        float* weights, float* slopes, float* values, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start, int first, int end)
    {
        int padded = RunLayout.PaddedWidth(shape);
        int stride = workspace.SampleFloats;
        float* outputs = workspace.OutputWeights;
        float* sums = workspace.OutputSums;
        TVec zero = TLanes.Broadcast(0f);
        for (int column = first; column < end; column += TLanes.Count)
        {
            long place = FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1);
            TLanes.Store(outputs + column, TLanes.Load(weights + place));
            TLanes.Store(sums + column, start ? zero : TLanes.Load(workspace.Gradients + place));
        }

        // Sample by sample, in the order of memory: in wide networks, the columns of one register lie a power of two apart and share few cache lines.
        float* d = slopes;
        for (int sample = 0; sample < samples; sample++, d += stride, values += stride)
        {
            TVec g = TLanes.Broadcast(workspace.Descents[sample]);
            for (int column = first; column < end; column += TLanes.Count)
            {
                TLanes.Store(sums + column, TLanes.Fma(g, TLanes.Load(values + column), TLanes.Load(sums + column)));
                TLanes.Store(d + column, TLanes.Multiply(TLanes.Multiply(g, TLanes.Load(outputs + column)), TLanes.Load(d + column)));
            }
        }

        for (int column = first; column < end; column += TLanes.Count)
        {
            TVec sum = TLanes.And(TLanes.Load(sums + column), TLanes.Load(workspace.Tail(column, shape.Width)));
            TLanes.Store(workspace.Gradients + FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1), sum);
        }

        if (end == padded)
            ClearPadding(slopes + padded - Canon.Lanes, stride, workspace, shape.Width, samples);
    }

    /// <summary>The same for a single hidden layer, whose blocks of columns lie apart.</summary>
    /// <inheritdoc cref="OutputBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlockOutputBackward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start, int first, int end)
    {
        TVec zero = TLanes.Broadcast(0f);
        for (int column = first; column < end; column += TLanes.Count)
        {
            long place = FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1);
            float* d = workspace.Slopes + workspace.UnitPlace(column);
            float* h = workspace.Values + workspace.UnitPlace(column);
            TVec u = TLanes.Load(weights + place);
            TVec exists = TLanes.Load(workspace.Tail(column, shape.Width));
            TVec sum = start ? zero : TLanes.Load(workspace.Gradients + place);
            for (int sample = 0; sample < samples; sample++, d += workspace.SampleFloats, h += workspace.SampleFloats)
            {
                TVec g = TLanes.Broadcast(workspace.Descents[sample]);
                sum = TLanes.Fma(g, TLanes.Load(h), sum);
                TLanes.Store(d, TLanes.And(TLanes.Multiply(TLanes.Multiply(g, u), TLanes.Load(d)), exists));
            }

            TLanes.Store(workspace.Gradients + place, TLanes.And(sum, exists));
        }
    }

    /// <summary>The gradient of the output layer's bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputBiasBackward(in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        float* bias = workspace.Gradients + FirstLayerLayout.OutputBias(shape.Inputs, shape.Width);
        if (start)
            new Span<float>(bias, Canon.Lanes).Clear();

        float total = *bias;
        for (int sample = 0; sample < samples; sample++)
            total += workspace.Descents[sample];

        *bias = total;
    }

    /// <summary>Products in place of the first factors, for so many columns of rows that lie <paramref name="stride"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* factors, float* others, int columns, int rows, long stride)
    {
        for (int row = 0; row < rows; row++, factors += stride, others += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
                TLanes.Store(factors + column, TLanes.Multiply(TLanes.Load(factors + column), TLanes.Load(others + column)));
        }
    }

    /// <summary>Gradients of a disjoint PolyNet's weights outside their columns' blocks, and of its biases, are +0.</summary>
    public static void KeepBlocks(float* gradients, in LaunchShape shape)
    {
        int block = shape.Inputs / shape.Width;
        for (int i = 0; i <= shape.Inputs; i++)
        {
            for (int j = 0; j < shape.Width; j++)
            {
                if (i == shape.Inputs || i / block != j)
                    gradients[FirstLayerLayout.Index(shape.Inputs, j, i)] = 0f;
            }
        }
    }

    /// <summary>The sum of a register's lanes, up to sixteen, by the halving tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfLanes(TVec lanes)
    {
        Vector512<float> sixteen = default;
        TLanes.Store(&sixteen, lanes);
        return TreeSum((float*)&sixteen);
    }

    /// <summary>The halving tree of sixteen lane sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TreeSum(float* s)
    {
        if (TLanes.Count > 1)
        {
            var sums = (Vector128.Load(s) + Vector128.Load(s + 8)) + (Vector128.Load(s + 4) + Vector128.Load(s + 12));
            sums += Vector128.Shuffle(sums, Vector128.Create(2, 3, 2, 3));
            return sums[0] + sums[1];
        }

        float s0 = (s[0] + s[8]) + (s[4] + s[12]);
        float s1 = (s[1] + s[9]) + (s[5] + s[13]);
        float s2 = (s[2] + s[10]) + (s[6] + s[14]);
        float s3 = (s[3] + s[11]) + (s[7] + s[15]);
        return (s0 + s2) + (s1 + s3);
    }
}
