using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The general path of networks with one hidden layer of a few columns, which would leave most of a register idle: lanes are samples. Every number
/// results from the same operations in the same order as with lanes = columns. Slopes and values are [column][C].
/// </summary>
internal static unsafe class NarrowNetwork<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Whether a network is trained this way.</summary>
    public static bool Takes(in LaunchShape shape) =>
        shape.Model != (int)Model.Transformer && shape.Width <= GeneralWorkspace.NarrowColumns && RunLayout.DenseLayers(shape) == 0;

    /// <summary>Values and slopes of the hidden layer.</summary>
    public static void Activate(in GeneralWorkspace workspace, in LaunchShape shape, int degree, float* coefficients, int samples) =>
        Head<TVec, TLanes>.Activate(
            workspace.Slopes, workspace.Values, shape, degree, coefficients, samples, shape.Width, workspace.ChunkWords * Canon.WordSamples);

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
        int width = shape.Width;
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            float* z = workspace.Slopes + sample;
            TVec product = TLanes.Load(z);
            if (width > 1)
                product = TLanes.Multiply(product, TLanes.Load(z + stride));

            if (width > 2)
                product = TLanes.Multiply(product, TLanes.Load(z + (2 * stride)));

            if (width > 3)
                product = TLanes.Multiply(product, TLanes.Load(z + (3 * stride)));

            TLanes.Store(workspace.Outputs + sample, product);
        }
    }

    /// <summary>d_j = g·(∏_{i&lt;j} z_i · ∏_{i&gt;j} z_i) in place of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ProductBackward(in GeneralWorkspace workspace, in LaunchShape shape, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        int width = shape.Width;
        TVec one = TLanes.Broadcast(1f);
        for (int sample = 0; sample < samples; sample += TLanes.Count)
        {
            // Columns that do not exist are factors 1, with which a product is exact.
            float* z = workspace.Slopes + sample;
            TVec g = TLanes.Load(workspace.Descents + sample);
            TVec z0 = TLanes.Load(z);
            TVec z1 = width > 1 ? TLanes.Load(z + stride) : one;
            TVec z2 = width > 2 ? TLanes.Load(z + (2 * stride)) : one;
            TVec z3 = width > 3 ? TLanes.Load(z + (3 * stride)) : one;
            TVec after1 = TLanes.Multiply(z3, z2);
            TVec before2 = TLanes.Multiply(z0, z1);
            TLanes.Store(z, TLanes.Multiply(g, TLanes.Multiply(after1, z1)));
            if (width > 1)
                TLanes.Store(z + stride, TLanes.Multiply(g, TLanes.Multiply(z0, after1)));

            if (width > 2)
                TLanes.Store(z + (2 * stride), TLanes.Multiply(g, TLanes.Multiply(before2, z3)));

            if (width > 3)
                TLanes.Store(z + (3 * stride), TLanes.Multiply(g, TLanes.Multiply(before2, z2)));
        }
    }

    /// <summary>
    /// d = (g·u)·σ′ in place of the slopes; the values are lost. Returns the gradients of the output layer, to which the samples are not added yet.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static OutputChains OutputBackward(float* weights, in GeneralWorkspace workspace, in LaunchShape shape, int loss, int samples, bool start)
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

        float* gradient = workspace.Gradients + outputRow;
        float* bias = workspace.Gradients + FirstLayerLayout.OutputBias(shape.Inputs, width);
        if (start)
        {
            *bias = 0f;
            new Span<float>(gradient, GeneralWorkspace.NarrowColumns).Clear();
        }

        if (!Losses<TVec, TLanes>.HasUnitDescents(loss))
            return new(gradient, bias, workspace, samples, exact: false);

        *bias += UnitSum(g, samples);
        for (int j = 0; j < width; j++)
        {
            float* values = workspace.Values + (j * stride);
            for (int sample = 0; sample < samples; sample += TLanes.Count)
                TLanes.Store(values + sample, TLanes.Multiply(TLanes.Load(g + sample), TLanes.Load(values + sample)));
        }

        return new(gradient, bias, workspace, samples, exact: true);
    }

    /// <summary>The sum of numbers −1, 0 and 1, whose order is free; what is missing in the last register is +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float UnitSum(float* terms, int count)
    {
        TVec sums = TLanes.Broadcast(0f);
        for (int at = 0; at < count; at += TLanes.Count)
            sums = TLanes.Add(sums, TLanes.Load(terms + at));

        return Head<TVec, TLanes>.SumOfLanes(sums);
    }

    /// <summary>The sum of a lane and the lane eight further on, which is +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec LaneSum(TVec u, float* h)
    {
        TVec zero = TLanes.Broadcast(0f);
        return TLanes.Add(TLanes.Fma(u, TLanes.Load(h), zero), zero);
    }
}
