namespace ParityGpu.Kernels.Simd;

/// <summary>A yes or no that the compiler knows, for the sake of an innermost loop.</summary>
internal interface IFlag
{
    static abstract bool Value { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool Value => true;
}

internal readonly struct No : IFlag
{
    public static bool Value => false;
}
