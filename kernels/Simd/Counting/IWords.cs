namespace ParityGpu.Kernels.Simd;

/// <summary>Whether a batch is a single word: a compile-time constant, for the sake of the innermost loop.</summary>
internal interface IWords
{
    static abstract bool One { get; }
}

internal readonly struct OneWord : IWords
{
    public static bool One => true;
}

internal readonly struct ManyWords : IWords
{
    public static bool One => false;
}
