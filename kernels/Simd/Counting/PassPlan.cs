namespace ParityGpu.Kernels.Simd;

/// <summary>A pass that a team divides.</summary>
internal struct TeamPlan
{
    public PassPlan Pass;

    /// <summary>Blocks of neurons in a part.</summary>
    public int PartBlocks;
}

/// <summary>What one pass over the weights does.</summary>
internal struct PassPlan
{
    /// <summary>Whether the step whose active samples are in the workspace is applied.</summary>
    public bool Update;

    /// <summary>Tiles of eight samples to classify with tables, or 0.</summary>
    public int Tiles;

    /// <summary>Samples to classify directly, or 0.</summary>
    public int DirectSamples;

    /// <summary>First of the blocks of neurons to work on.</summary>
    public int FirstBlock;

    /// <summary>Blocks of neurons to work on.</summary>
    public int Blocks;

    /// <summary>
    /// Whether the neurons' values go to <see cref="CountingWorkspace.Values"/>, padding included, instead of being added to the lane sums.
    /// </summary>
    public bool Apart;

    /// <summary>Whether the samples on which neurons are active are recorded for a later update.</summary>
    public bool Mark;

    /// <summary>Whether sums start with a block. All of its lanes then take part, so that those without a neuron are cleared too.</summary>
    public readonly bool Starts(int block) => Apart || block == 0;

    /// <summary>Samples to classify.</summary>
    public readonly int Samples => Tiles > 0 ? Tiles * TableOffsets.TileSamples : DirectSamples;
}
