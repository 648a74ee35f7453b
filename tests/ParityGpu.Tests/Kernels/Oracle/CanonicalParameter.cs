namespace ParityGpu.Tests.Kernels;

/// <summary>One parameter with its moments and the gradient of the step under way.</summary>
internal sealed class CanonicalParameter(float value)
{
    private readonly float initial = value;

    public float Value { get; set; } = value;

    public float First { get; set; }

    public float Second { get; set; }

    public float Gradient { get; set; }

    public float Movement => Size(Value - initial);

    /// <summary>|value|, and +∞ for what is not a number.</summary>
    public static float Size(float value) => float.IsNaN(value) ? float.PositiveInfinity : MathF.Abs(value);
}
