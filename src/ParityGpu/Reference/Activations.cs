using ParityGpu.Kernels;
using ParityGpu.Runs;

namespace ParityGpu.Reference;

/// <summary>An activation σ of the hidden layer; at a kink, the slope is the one from the left (kernels/NUMERICS.md, activations).</summary>
public interface IActivation
{
    /// <summary>σ(z).</summary>
    double Value(double z);

    /// <summary>σ'(z).</summary>
    double Slope(double z);
}

/// <summary>max(0, z).</summary>
public sealed class Relu : IActivation
{
    public double Value(double z) => z > 0 ? z : 0;

    public double Slope(double z) => z > 0 ? 1 : 0;
}

/// <summary>z^k.</summary>
public sealed class Power(int k) : IActivation
{
    public double Value(double z) => Math.Pow(z, k);

    public double Slope(double z) => k * Math.Pow(z, k - 1);
}

/// <summary>Linear between the parity's values at the sums −k, −k+2, …, k of k signs; the last slope continues beyond both ends.</summary>
public sealed class Zigzag(int k) : IActivation
{
    public double Value(double z) => ParityWave.Value(z, k, Piece(z));

    public double Slope(double z) => ParityWave.Slope(k, Piece(z));

    private double Piece(double z) => Math.Clamp(ParityWave.Piece(z, k), 0, k - 1);
}

/// <summary>The zigzag without ends, of period 4.</summary>
public sealed class Triangle(int k) : IActivation
{
    public double Value(double z) => ParityWave.Value(z, k, ParityWave.Piece(z, k));

    public double Slope(double z) => ParityWave.Slope(k, ParityWave.Piece(z, k));
}

/// <summary>The polynomial of degree k through the parity's values at the sums −k, −k+2, …, k of k signs.</summary>
public sealed class ParityPolynomial(int k) : IActivation
{
    private readonly double[] coefficients = RunPlan.PolynomialCoefficients(k);

    public double Value(double z) => coefficients.Select((c, power) => c * Math.Pow(z, power)).Sum();

    public double Slope(double z) => coefficients.Skip(1).Select((c, power) => (power + 1) * c * Math.Pow(z, power)).Sum();
}

/// <summary>A sinusoid with the zigzag's phase, sin(z + (1 − k)·π/2).</summary>
public sealed class Sine(int k) : IActivation
{
    private readonly double phase = (1 - k) * Math.PI / 2;

    public double Value(double z) => Math.Sin(z + phase);

    public double Slope(double z) => Math.Cos(z + phase);
}

/// <summary>The pieces of zigzag and triangle: piece m reaches from the sum s = 2m − k to s + 2 and falls or rises from ±1 to ∓1.</summary>
internal static class ParityWave
{
    /// <summary>The piece that contains z; its left end is excluded, its right end included.</summary>
    public static double Piece(double z, int k) => Math.Ceiling((z + k) / 2) - 1;

    public static double Value(double z, int k, double piece) => Left(k, piece) + (Slope(k, piece) * (z - ((2 * piece) - k)));

    public static double Slope(int k, double piece) => -Left(k, piece);

    /// <summary>The parity at the piece's left end: k − m of k signs are negative there.</summary>
    private static double Left(int k, double piece) => Math.IEEERemainder(k - piece, 2) == 0 ? 1 : -1;
}

/// <summary>Maps a point's activation to its formulas.</summary>
public static class Activations
{
    /// <param name="name">The activation.</param>
    /// <param name="k">Parity degree.</param>
    public static IActivation Named(Activation name, int k) => name switch
    {
        Activation.Relu => new Relu(),
        Activation.Power => new Power(k),
        Activation.Zigzag => new Zigzag(k),
        Activation.Triangle => new Triangle(k),
        Activation.Polynomial => new ParityPolynomial(k),
        Activation.Sin => new Sine(k),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown activation."),
    };
}
