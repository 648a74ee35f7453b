namespace ParityGpu.Tests.Kernels;

/// <summary>One sample's way through the hidden layers up to the one the output reads, [layer from 0][unit].</summary>
internal sealed class CanonicalPass(int layers, int width)
{
    /// <summary>What a transformer's attention layer gave.</summary>
    public CanonicalAttentionPass? Attention { get; init; }

    public float[][] Z { get; } = Rows(layers, width);

    /// <summary>σ(z); of a product, the factors before this one.</summary>
    public float[][] H { get; } = Rows(layers, width);

    public float[][] Slope { get; } = Rows(layers, width);

    public float[][] D { get; } = Rows(layers, width);

    public float Output { get; set; }

    public float G { get; set; }

    private static float[][] Rows(int layers, int width) => [.. Enumerable.Range(0, layers).Select(_ => new float[width])];
}
