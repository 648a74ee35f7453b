using System.Text.Json.Serialization;

namespace ParityGpu.Kernels;

/// <summary>The numbers by which the first layer reads an input. Labels are always computed from x = ±1.</summary>
public enum InputEncoding
{
    /// <summary>x itself.</summary>
    Pm1,

    /// <summary>(1 − x)/2: 1 where x = −1, else 0.</summary>
    [JsonStringEnumMemberName("01")]
    ZeroOne,
}
