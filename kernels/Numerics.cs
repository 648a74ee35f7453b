namespace ParityGpu.Kernels;

/// <summary>The canon's version (NUMERICS.md).</summary>
public static class Numerics
{
    /// <summary>
    /// Raised by every change that alters a bit of any run's record or curve. Logs carry it: runs of different numbers are not
    /// runs of one sweep.
    /// </summary>
    public const int Version = 2;
}
