namespace ParityGpu.Kernels.Simd;

/// <summary>All 2^n inputs as bit-sliced words: bit s of word w is input number 32w + s, input i its bit i.</summary>
public static class Enumeration
{
    /// <summary>Input <paramref name="i"/> of the 32 samples of a word.</summary>
    public static uint Word(long word, int i) => i switch
    {
        0 => 0xAAAAAAAA,
        1 => 0xCCCCCCCC,
        2 => 0xF0F0F0F0,
        3 => 0xFF00FF00,
        4 => 0xFFFF0000,
        _ => (uint)-(int)((word >> (i - 5)) & 1),
    };
}
