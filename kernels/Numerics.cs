namespace ParityGpu.Kernels;

/// <summary>The canon's version (NUMERICS.md).</summary>
public static class Numerics
{
    /// <summary>
    /// Incremented by every change that alters a bit of any run's record or curve. Logs
    /// store it: runs of different versions do not belong to one sweep.
    /// </summary>
    public const int Version = 3;
}
