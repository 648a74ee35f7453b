using System.Text.Json.Serialization;

namespace ParityGpu.Kernels;

/// <summary>The numbers that stand for an input in the first layer; labels are made of x = ±1 whatever they are.</summary>
public enum InputEncoding
{
    /// <summary>x itself.</summary>
    Pm1,

    /// <summary>(1 − x)/2: 1 where x = −1, else 0.</summary>
    [JsonStringEnumMemberName("01")]
    ZeroOne,
}
