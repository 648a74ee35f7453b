namespace ParityGpu.Kernels.Simd;

/// <summary>What is done with z of eight samples, for the columns of a register.</summary>
internal interface ITileEnd<TVec>
    where TVec : unmanaged
{
    /// <summary>Takes z of the samples of tile number <paramref name="tile"/>.</summary>
    void Take(int tile, TVec z0, TVec z1, TVec z2, TVec z3, TVec z4, TVec z5, TVec z6, TVec z7);
}
