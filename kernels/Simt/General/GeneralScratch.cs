using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The scratch words of a slot, all regions multiples of sixteen words: the inputs of 32 samples, values and slopes of the hidden units on them, a float
/// per parameter, and a transformer's part.
/// </summary>
internal readonly struct GeneralScratch
{
    /// <summary>Bit-sliced inputs of 32 samples, padded to groups of four.</summary>
    public readonly ArrayView<uint> Window;

    /// <summary>
    /// [hidden layer][padded unit][sample]: z, then σ(z); for a product, z.
    /// </summary>
    public readonly ArrayView<float> Values;

    /// <summary>The same shape: σ′(z), except for two layers with ReLUs, or the product of the factors before a column; then d = −∂ℓ/∂z.</summary>
    public readonly ArrayView<float> Slopes;

    /// <summary>
    /// d of the first layer (not used for a transformer): quads of samples, [sample quad][padded unit]. Padding is +0.
    /// </summary>
    public readonly ArrayView<float> Descents;

    /// <summary>Laid out like the parameters: gradients, sums over the words of a batch so far; or the initial parameters.</summary>
    public readonly ArrayView<float> Gradients;

    /// <summary>See <see cref="AttentionShape"/>; unused unless the network is a transformer.</summary>
    public readonly ArrayView<float> Attention;

    private GeneralScratch(
        ArrayView<uint> window, ArrayView<float> values, ArrayView<float> slopes, ArrayView<float> descents, ArrayView<float> gradients,
        ArrayView<float> attention)
    {
        Window = window;
        Values = values;
        Slopes = slopes;
        Descents = descents;
        Gradients = gradients;
        Attention = attention;
    }

    public static long Words(LaunchShape shape) =>
        WindowWords(shape) + (2 * UnitWords(shape)) + DescentWords(shape) + RunLayout.Parameters(shape) + AttentionWords(shape);

    public static GeneralScratch Of(ArrayView<uint> scratch, LaunchShape shape, int slot)
    {
        var words = scratch.SubView(slot * Words(shape), Words(shape));
        long units = UnitWords(shape);
        long values = WindowWords(shape);
        long descents = values + (2 * units);
        long gradients = descents + DescentWords(shape);
        long attention = gradients + RunLayout.Parameters(shape);
        return new GeneralScratch(
            words.SubView(0, values),
            words.SubView(values, units).Cast<float>(),
            words.SubView(values + units, units).Cast<float>(),
            words.SubView(descents, DescentWords(shape)).Cast<float>(),
            words.SubView(gradients, RunLayout.Parameters(shape)).Cast<float>(),
            words.SubView(attention, AttentionWords(shape)).Cast<float>());
    }

    /// <summary>A few words even without attention: ILGPU's checks reject an empty view at the end of a buffer.</summary>
    private static long AttentionWords(LaunchShape shape) => Padded(Math.Max(Canon.Group, 4L * shape.Attention.ScratchQuads));

    private static long WindowWords(LaunchShape shape) => Padded(Canon.Groups(shape.Inputs) * Canon.Group);

    private static long DescentWords(LaunchShape shape) => (long)RunLayout.PaddedWidth(shape) * Canon.WordSamples;

    private static long UnitWords(LaunchShape shape) =>
        (RunLayout.DenseLayers(shape) + 1L) * RunLayout.PaddedWidth(shape) * Canon.WordSamples;

    private static long Padded(long words) => (words + Canon.Lanes - 1) & ~(Canon.Lanes - 1L);
}
