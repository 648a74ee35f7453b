using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Sums over a chunk's samples: the gradients of the output layer of a network of few columns. Each sum is a chain of dependent operations in the order of
/// the samples, which takes its time whatever else a core does. A word of samples at a time between other work, most of that time is hidden.
/// </summary>
internal readonly unsafe struct OutputChains
{
    private readonly float* gradient;
    private readonly float* bias;
    private readonly float* descents;
    private readonly float* values;
    private readonly int stride;
    private readonly int samples;
    private readonly bool exact;

    /// <summary>
    /// Sums to which nothing is added yet.
    /// </summary>
    /// <param name="gradient">[4]: the output weights' sums so far.</param>
    /// <param name="bias">The output bias's.</param>
    /// <param name="workspace">The chunk: g, and the values h, or g·h.</param>
    /// <param name="samples">Its samples.</param>
    /// <param name="exact">
    /// Whether the values are g·h: for g = −1, 0 and 1 these are exact, and an addition takes less time than a multiply-add. The bias's sum is complete then.
    /// </param>
    public OutputChains(float* gradient, float* bias, in GeneralWorkspace workspace, int samples, bool exact)
    {
        this.gradient = gradient;
        this.bias = bias;
        this.samples = samples;
        this.exact = exact;
        descents = workspace.Descents;
        values = workspace.Values;
        stride = workspace.ChunkWords * Canon.WordSamples;
    }

    /// <summary>How g·h of a sample is added.</summary>
    private interface IProducts
    {
        static abstract float Add(float sum, float* descent, float* value);

        static abstract float AddBias(float sum, float* descent);
    }

    /// <summary>Adds the samples of a word, after those of the words before; nothing if there are no sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddWord<TColumns>(int word)
        where TColumns : struct, ICount
    {
        int first = word * Canon.WordSamples;
        int end = Math.Min(samples, first + Canon.WordSamples);
        if (exact)
            Add<TColumns, Exact>(first, end);
        else
            Add<TColumns, RoundedOnce>(first, end);
    }

    /// <summary>Adds all samples.</summary>
    public void AddAll(int columns)
    {
        for (int word = 0; word < Canon.Words(samples); word++)
        {
            if (columns == 1)
                AddWord<One>(word);
            else if (columns == 2)
                AddWord<Two>(word);
            else if (columns == 3)
                AddWord<Three>(word);
            else
                AddWord<Four>(word);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add<TColumns, TProducts>(int first, int end)
        where TColumns : struct, ICount
        where TProducts : struct, IProducts
    {
        if (first >= end)
            return;

        float* g = descents;
        float* h0 = values;
        float* h1 = h0 + stride;
        float* h2 = h1 + stride;
        float* h3 = h2 + stride;
        float sum = *bias, sum0 = gradient[0], sum1 = gradient[1], sum2 = gradient[2], sum3 = gradient[3];
        for (int sample = first; sample < end; sample++)
        {
            sum = TProducts.AddBias(sum, g + sample);
            sum0 = TProducts.Add(sum0, g + sample, h0 + sample);
            if (TColumns.Value > 1)
                sum1 = TProducts.Add(sum1, g + sample, h1 + sample);

            if (TColumns.Value > 2)
                sum2 = TProducts.Add(sum2, g + sample, h2 + sample);

            if (TColumns.Value > 3)
                sum3 = TProducts.Add(sum3, g + sample, h3 + sample);
        }

        *bias = sum;
        gradient[0] = sum0;
        gradient[1] = sum1;
        gradient[2] = sum2;
        gradient[3] = sum3;
    }

    private readonly struct RoundedOnce : IProducts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Add(float sum, float* descent, float* value) => MathF.FusedMultiplyAdd(*descent, *value, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float AddBias(float sum, float* descent) => sum + *descent;
    }

    private readonly struct Exact : IProducts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Add(float sum, float* descent, float* value) => sum + *value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float AddBias(float sum, float* descent) => sum;
    }
}
