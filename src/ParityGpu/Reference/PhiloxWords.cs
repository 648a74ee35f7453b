using ParityGpu.Kernels;

namespace ParityGpu.Reference;

/// <summary>The words of a generator block by number.</summary>
internal static class PhiloxWords
{
    /// <summary>Word <paramref name="index"/>, 0…3.</summary>
    public static uint Word(this PhiloxBlock block, int index) => index switch
    {
        0 => block.W0,
        1 => block.W1,
        2 => block.W2,
        3 => block.W3,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };
}
