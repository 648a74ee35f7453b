using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>An activation σ of the hidden layer.</summary>
public interface IActivation
{
    /// <summary>σ(z).</summary>
    double Value(double z);

    /// <summary>σ'(z).</summary>
    double Slope(double z);
}

/// <summary>max(0, z), with slope 0 at 0.</summary>
public sealed class Relu : IActivation
{
    public double Value(double z) => z > 0 ? z : 0;

    public double Slope(double z) => z > 0 ? 1 : 0;
}

/// <summary>From a point's activation to its formulas.</summary>
public static class Activations
{
    public static IActivation Named(Activation name) => name switch
    {
        Activation.Relu => new Relu(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown activation."),
    };
}
