namespace ParityGpu.Kernels.Simt;

/// <summary>A tile size. It is a constant of the kernel, so that the tile's sums stay in registers.</summary>
public interface ITile
{
    /// <summary>Blocks of 16 neurons, or of two where one warp trains a network: 1 … 8.</summary>
    static abstract int Blocks { get; }
}
