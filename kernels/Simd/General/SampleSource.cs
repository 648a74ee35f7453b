namespace ParityGpu.Kernels.Simd;

/// <summary>Where the samples of a chunk come from.</summary>
internal enum SampleKind
{
    /// <summary>The stream of training samples, or visits to a finite sample.</summary>
    Training,

    /// <summary>The points of the finite sample itself.</summary>
    Points,

    /// <summary>The held-out samples after some steps.</summary>
    HeldOut,

    /// <summary>Samples of a single task in a measurement.</summary>
    SingleTask,

    /// <summary>All 2^n inputs, in binary order.</summary>
    AllInputs,
}

/// <summary>The samples that a chunk takes.</summary>
internal struct SampleSource
{
    public SampleKind Kind;

    /// <summary>
    /// Number of the chunk's first training sample or point. Samples of other kinds are numbered by words of 32: of its first word, for single tasks over
    /// all tasks.
    /// </summary>
    public ulong First;

    /// <summary>Steps taken, where samples depend on it.</summary>
    public long Step;

    public int Task;
}
