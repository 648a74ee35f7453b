namespace ParityGpu.Kernels.Simt;

/// <summary>Where the 32 samples of a word come from.</summary>
internal enum SampleSource
{
    /// <summary>Consecutive samples of the training stream.</summary>
    Stream,

    /// <summary>Points of the finite sample in training order.</summary>
    Shuffled,

    /// <summary>Points of the finite sample from the first to the last.</summary>
    Ordered,

    HeldOut,

    /// <summary>Samples of one task after the other, for a measurement.</summary>
    TaskByTask,

    /// <summary>All 2^n inputs.</summary>
    Everything,
}
