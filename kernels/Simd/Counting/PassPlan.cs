namespace ParityGpu.Kernels.Simd;

/// <summary>What one pass over the weights does.</summary>
internal struct PassPlan
{
    /// <summary>Whether the step whose active samples are in the workspace is applied.</summary>
    public bool Update;

    /// <summary>Tiles of eight samples to classify with tables, or 0.</summary>
    public int Tiles;

    /// <summary>Samples to classify directly, or 0.</summary>
    public int DirectSamples;

    /// <summary>Whether the samples on which neurons are active are recorded for a later update.</summary>
    public bool Mark;
}
