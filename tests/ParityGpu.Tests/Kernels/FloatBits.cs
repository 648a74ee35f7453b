namespace ParityGpu.Tests.Kernels;

/// <summary>Floats as words to compare. What is not a number is one word, because which NaN an operation gives depends on the device.</summary>
internal static class FloatBits
{
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);

    public static uint[] Of(IEnumerable<float> values) => [.. values.Select(Of)];
}
