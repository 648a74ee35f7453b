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
    public static void Activate(
        float* slopes, float* values, in LaunchShape shape, int degree, float* coefficients, long count)
    {
        int activation = shape.Model == (int)Model.Deep ? (int)Activation.Power : shape.Activation;
        int power = shape.Model == (int)Model.Deep ? 2 : degree;
        switch ((Activation)activation)
        {
            case Activation.Relu:
                for (long p = 0; p < count; p += TLanes.Count)
                    Keep(slopes + p, values + p, Activations<TVec, TLanes>.Relu(TLanes.Load(slopes + p)));

                break;
            case Activation.Power:
                for (long p = 0; p < count; p += TLanes.Count)
                    Keep(slopes + p, values + p, Activations<TVec, TLanes>.Power(TLanes.Load(slopes + p), power));

                break;
            case Activation.Zigzag:
                for (long p = 0; p < count; p += TLanes.Count)
                    Keep(slopes + p, values + p, Activations<TVec, TLanes>.Zigzag(TLanes.Load(slopes + p), degree));

                break;
            case Activation.Polynomial:
                for (long p = 0; p < count; p += TLanes.Count)
                {
                    TVec z = TLanes.Load(slopes + p);
                    TVec zero = TLanes.Broadcast(0f);
                    var sum = new Evaluated<TVec> { Value = zero, Slope = zero };
                    for (int power0 = degree; power0 >= 0; power0--)
                        sum = Activations<TVec, TLanes>.Horner(sum, z, coefficients[power0]);

                    Keep(slopes + p, values + p, sum);
                }

                break;
            case Activation.Triangle:
                for (long p = 0; p < count; p += TLanes.Count)
                    Keep(slopes + p, values + p, Activations<TVec, TLanes>.Triangle(TLanes.Load(slopes + p), degree));

                break;
            case Activation.Sin:
                for (long p = 0; p < count; p += TLanes.Count)
                    Keep(slopes + p, values + p, Activations<TVec, TLanes>.Sin(TLanes.Load(slopes + p), degree));

                break;
            default:
                throw new NotSupportedException($"activation {activation}");
        }
    }

    /// <summary>
    /// Columns that only fill the last block become +0 in rows of r̂ columns: σ(0) need not be 0, and an infinite factor would make NaN of a 0.
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

    /// <summary>f = c + Σ_j u_j h_j of every sample, the values of one hidden layer being h.</summary>
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
    /// Gradients of the output layer, h being the values of the hidden layer it reads, and d = (g·u)·σ′ in place of that layer's slopes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputBackward(
        float* weights, float* slopes, float* values, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        int padded = RunLayout.PaddedWidth(shape);
        long blockFloats = (long)FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes;
        long outputRow = (shape.Inputs + 1L) * Canon.Lanes;
        TVec zero = TLanes.Broadcast(0f);
        for (int column = 0; column < padded; column += TLanes.Count)
        {
            long place = (column / Canon.Lanes * blockFloats) + outputRow + (column % Canon.Lanes);
            TVec u = TLanes.Load(weights + place);
            TVec sum = start ? zero : TLanes.Load(workspace.Gradients + place);
            for (int sample = 0; sample < samples; sample++)
            {
                TVec g = TLanes.Broadcast(workspace.Descents[sample]);
                long at = ((long)sample * padded) + column;
                sum = TLanes.Fma(g, TLanes.Load(values + at), sum);
                TLanes.Store(slopes + at, TLanes.Multiply(TLanes.Multiply(g, u), TLanes.Load(slopes + at)));
            }

            TLanes.Store(workspace.Gradients + place, TLanes.And(sum, TLanes.Load(workspace.Tail(column, shape.Width))));
        }

        ClearPadding(slopes, workspace, shape, samples);
        float* bias = workspace.Gradients + FirstLayerLayout.OutputBias(shape.Inputs, shape.Width);
        if (start)
            new Span<float>(bias, Canon.Lanes).Clear();

        float total = *bias;
        for (int sample = 0; sample < samples; sample++)
            total += workspace.Descents[sample];

        *bias = total;
    }

    /// <summary>z of a dense layer from the values of the layer below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dense(float* weights, float* below, float* z, in LaunchShape shape, int samples)
    {
        const int Tile = 4;
        int padded = RunLayout.PaddedWidth(shape);
        for (int sample = 0; sample < samples; sample += Tile)
        {
            // Samples past the last one of the chunk are computed from whatever is there, and not used.
            float* h = below + ((long)sample * padded);
            float* target = z + ((long)sample * padded);
            for (int column = 0; column < padded; column += TLanes.Count)
            {
                float* w = weights + column;
                TVec bias = TLanes.Load(w + ((long)shape.Width * padded));
                TVec z0 = bias, z1 = bias, z2 = bias, z3 = bias;
                for (int i = 0; i < shape.Width; i++, w += padded)
                {
                    TVec weight = TLanes.Load(w);
                    z0 = TLanes.Fma(TLanes.Broadcast(h[i]), weight, z0);
                    z1 = TLanes.Fma(TLanes.Broadcast(h[padded + i]), weight, z1);
                    z2 = TLanes.Fma(TLanes.Broadcast(h[(2L * padded) + i]), weight, z2);
                    z3 = TLanes.Fma(TLanes.Broadcast(h[(3L * padded) + i]), weight, z3);
                }

                TLanes.Store(target + column, z0);
                TLanes.Store(target + padded + column, z1);
                TLanes.Store(target + (2L * padded) + column, z2);
                TLanes.Store(target + (3L * padded) + column, z3);
            }
        }
    }

    /// <summary>Gradients of a dense layer from its d and the values of the layer below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DenseGradient(
        float* gradients, float* below, float* d, in GeneralWorkspace workspace, in LaunchShape shape, int samples, bool start)
    {
        int padded = RunLayout.PaddedWidth(shape);
        TVec zero = TLanes.Broadcast(0f);
        for (int column = 0; column < padded; column += TLanes.Count)
        {
            for (int i = 0; i <= shape.Width; i++)
            {
                float* place = gradients + ((long)i * padded) + column;
                TVec sum = start ? zero : TLanes.Load(place);
                for (int sample = 0; sample < samples; sample++)
                {
                    TVec descent = TLanes.Load(d + ((long)sample * padded) + column);
                    sum = i < shape.Width
                        ? TLanes.Fma(TLanes.Broadcast(below[((long)sample * padded) + i]), descent, sum)
                        : TLanes.Add(sum, descent);
                }

                TLanes.Store(place, TLanes.And(sum, TLanes.Load(workspace.Tail(column, shape.Width))));
            }
        }
    }

    /// <summary>d = (Σ_j d_j w_ij)·σ′ of the layer below a dense one, in place of that layer's slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DenseBackward(float* weights, float* d, float* slopesBelow, in LaunchShape shape, int samples)
    {
        int padded = RunLayout.PaddedWidth(shape);
        float* sums = stackalloc float[Canon.Lanes];
        for (int sample = 0; sample < samples; sample++)
        {
            float* descents = d + ((long)sample * padded);
            float* target = slopesBelow + ((long)sample * padded);
            for (int i = 0; i < shape.Width; i++)
            {
                float* w = weights + ((long)i * padded);
                for (int lane = 0; lane < Canon.Lanes; lane += TLanes.Count)
                {
                    TVec sum = TLanes.Broadcast(0f);
                    for (int column = lane; column < padded; column += Canon.Lanes)
                        sum = TLanes.Fma(TLanes.Load(descents + column), TLanes.Load(w + column), sum);

                    TLanes.Store(sums + lane, sum);
                }

                target[i] *= TreeSum(sums);
            }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* slope, float* value, Evaluated<TVec> evaluated)
    {
        TLanes.Store(value, evaluated.Value);
        TLanes.Store(slope, evaluated.Slope);
    }
}
