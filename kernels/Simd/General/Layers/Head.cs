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
    /// <summary>σ and σ′ of one hidden layer's z, in place of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(float* slopes, float* values, in LaunchShape shape, int degree, float* coefficients, long count)
    {
        var network = shape;
        var polynomial = new CoefficientPointer(coefficients);
        for (long p = 0; p < count; p += TLanes.Count)
        {
            var evaluated = Activations<TVec, TLanes>.Of(network, TLanes.Load(slopes + p), degree, polynomial);
            TLanes.Store(values + p, evaluated.Value);
            TLanes.Store(slopes + p, evaluated.Slope);
        }
    }

    /// <summary>
    /// Sets the padding of the last block to +0 in rows of r̂ columns: σ(0) need not be 0, and an infinite factor would turn a 0 into NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ClearPadding(float* rows, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int padded = RunLayout.PaddedWidth(shape);
        int from = shape.Width / TLanes.Count * TLanes.Count;
        for (int column = from; column < padded; column += TLanes.Count)
        {
            TVec mask = TLanes.Load(workspace.Tail(column, shape.Width));
            float* place = rows + column;
            for (int sample = 0; sample < samples; sample++, place += padded)
                TLanes.Store(place, TLanes.And(TLanes.Load(place), mask));
        }
    }

    /// <summary>f = c + Σ_j u_j h_j of every sample, where h are the values of one hidden layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* weights, float* values, in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int padded = RunLayout.PaddedWidth(shape);
        long blockFloats = (long)FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes;
        float* outputs = weights + ((shape.Inputs + 1L) * Canon.Lanes);
        for (int lane = 0; lane < Canon.Lanes; lane += TLanes.Count)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                TVec sum = TLanes.Broadcast(0f);
                float* u = outputs + lane;
                float* h = values + ((long)sample * padded) + lane;
                for (int block = 0; block < padded; block += Canon.Lanes, u += blockFloats, h += Canon.Lanes)
                    sum = TLanes.Fma(TLanes.Load(u), TLanes.Load(h), sum);

                TLanes.Store(workspace.LaneSums + ((long)sample * Canon.Lanes) + lane, sum);
            }
        }

        float bias = weights[FirstLayerLayout.OutputBias(shape.Inputs, shape.Width)];
        for (int sample = 0; sample < samples; sample++)
            workspace.Outputs[sample] = bias + TreeSum(workspace.LaneSums + ((long)sample * Canon.Lanes));
    }

    /// <summary>f = ∏_j z_j of every sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product(in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        float* z = workspace.Slopes;
        for (int sample = 0; sample < samples; sample++, z += RunLayout.PaddedWidth(shape))
        {
            float product = 1f;
            for (int j = 0; j < shape.Width; j++)
                product *= z[j];

            workspace.Outputs[sample] = product;
        }
    }

    /// <summary>d_j = g·(∏_{i&lt;j} z_i · ∏_{i&gt;j} z_i) in place of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ProductBackward(in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int padded = RunLayout.PaddedWidth(shape);
        float* after = workspace.Values;
        float* z = workspace.Slopes;
        for (int sample = 0; sample < samples; sample++, z += padded)
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
    /// Gradients of the output layer, where h are the values of the hidden layer it reads, and d = (g·u)·σ′ in place of that layer's slopes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputBackward(
        float* weights, float* slopes, float* values, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        int padded = RunLayout.PaddedWidth(shape);
        float* outputs = workspace.OutputWeights;
        float* sums = workspace.OutputSums;
        TVec zero = TLanes.Broadcast(0f);
        for (int column = 0; column < padded; column += TLanes.Count)
        {
            long place = FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1);
            TLanes.Store(outputs + column, TLanes.Load(weights + place));
            TLanes.Store(sums + column, start ? zero : TLanes.Load(workspace.Gradients + place));
        }

        // Sample by sample, in the order of memory: in wide networks, the columns of one register lie a power of two apart and share few cache lines.
        float* d = slopes;
        for (int sample = 0; sample < samples; sample++, d += padded, values += padded)
        {
            TVec g = TLanes.Broadcast(workspace.Descents[sample]);
            for (int column = 0; column < padded; column += TLanes.Count)
            {
                TLanes.Store(sums + column, TLanes.Fma(g, TLanes.Load(values + column), TLanes.Load(sums + column)));
                TLanes.Store(d + column, TLanes.Multiply(TLanes.Multiply(g, TLanes.Load(outputs + column)), TLanes.Load(d + column)));
            }
        }

        for (int column = 0; column < padded; column += TLanes.Count)
        {
            TVec sum = TLanes.And(TLanes.Load(sums + column), TLanes.Load(workspace.Tail(column, shape.Width)));
            TLanes.Store(workspace.Gradients + FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1), sum);
        }

        ClearPadding(slopes, workspace, shape, samples);
        OutputBiasBackward(workspace, shape, samples, start);
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

    /// <summary>Products in place of the first factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* factors, float* others, long count)
    {
        for (long p = 0; p < count; p += TLanes.Count)
            TLanes.Store(factors + p, TLanes.Multiply(TLanes.Load(factors + p), TLanes.Load(others + p)));
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
