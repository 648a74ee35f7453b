namespace ParityGpu.Kernels.Simt;

/// <summary>A size of tiles: a constant of a kernel, so that its sums are registers.</summary>
public interface ITile
{
    /// <summary>Blocks of 16 neurons, 1 … 8.</summary>
    static abstract int Blocks { get; }
}
