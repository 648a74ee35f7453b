namespace ParityGpu.Kernels.Simd;

/// <summary>Whether a batch is a single word: known to the compiler, for the innermost loop's sake.</summary>
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
