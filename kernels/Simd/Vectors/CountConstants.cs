namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Constants of the population counts, created once per launch by a call the compiler cannot see
/// through; otherwise it would reload them from memory for every weight.
/// </summary>
/// <param name="nibbleTable">−2 · (set bits) of every nibble, as signed bytes, repeated in every 16-byte part.</param>
/// <param name="byteOnes">Bytes of 1.</param>
/// <param name="shortOnes">16-bit words of 1.</param>
internal readonly struct CountConstants<TVec>(TVec nibbleTable, TVec byteOnes, TVec shortOnes)
    where TVec : unmanaged
{
    public readonly TVec NibbleTable = nibbleTable;
    public readonly TVec ByteOnes = byteOnes;
    public readonly TVec ShortOnes = shortOnes;
}
