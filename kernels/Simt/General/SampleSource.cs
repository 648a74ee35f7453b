namespace ParityGpu.Kernels.Simt;

/// <summary>Where the 32 samples of a word come from.</summary>
internal enum SampleSource
{
    /// <summary>Samples of the training stream as they follow each other.</summary>
    Stream,

    /// <summary>Points of the finite sample in the order they are trained on.</summary>
    Shuffled,

    /// <summary>Points of the finite sample from the first to the last.</summary>
    Ordered,

    HeldOut,

    /// <summary>Samples of one task after the other, which a measurement takes.</summary>
    TaskByTask,

    /// <summary>All 2^n inputs.</summary>
    Everything,
}
