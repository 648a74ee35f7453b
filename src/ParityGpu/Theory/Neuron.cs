using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Theory;

/// <summary>Activations whose population gradient can be computed: those of the networks, and |z|.</summary>
public enum NeuronActivation
{
    Relu,
    Power,
    Zigzag,
    Polynomial,
    Triangle,
    Sin,

    /// <summary>σ(z) = |z|: its slope is the sign of z, the majority of the signed inputs under sign initialisation.</summary>
    Majority,
}

/// <summary>One neuron σ(w·x + b), as its slope σ′ on {±1}^n is enumerated (kernels/Fourier/WalshHadamard.cs).</summary>
public sealed class Neuron
{
    private readonly double[] weights;

    /// <param name="activation">σ; at a kink, its slope is the one from the left.</param>
    /// <param name="k">Parity degree, the parameter of power, zigzag, polynomial and triangle.</param>
    /// <param name="weights">w, [n].</param>
    /// <param name="bias">b.</param>
    public Neuron(NeuronActivation activation, int k, IReadOnlyList<double> weights, double bias)
    {
        this.weights = [.. weights];
        K = k;
        Bias = bias;
        Slope = activation switch
        {
            NeuronActivation.Relu => SlopeKind.Step,
            NeuronActivation.Majority => SlopeKind.Sign,
            NeuronActivation.Power or NeuronActivation.Polynomial => SlopeKind.Polynomial,
            NeuronActivation.Zigzag => SlopeKind.Zigzag,
            NeuronActivation.Triangle => SlopeKind.Triangle,
            NeuronActivation.Sin => SlopeKind.Cosine,
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
        };
        SlopePolynomial = activation switch
        {
            NeuronActivation.Power => [.. Enumerable.Repeat(0.0, k - 1), k],
            NeuronActivation.Polynomial => [.. RunPlan.PolynomialCoefficients(k).Select((c, power) => c * power).Skip(1)],
            _ => [0],
        };
    }

    /// <summary>Parity degree.</summary>
    public int K { get; }

    /// <summary>b.</summary>
    public double Bias { get; }

    /// <summary>Where sums of weights start: b, and for a cosine the sinusoid's phase.</summary>
    internal double Start => Slope == SlopeKind.Cosine ? Bias + ((1 - K) * Math.PI / 2) : Bias;

    /// <summary>w, [n].</summary>
    public IReadOnlyList<double> Weights => weights;

    internal SlopeKind Slope { get; }

    /// <summary>Coefficients of σ′ if it is a polynomial, the constant first.</summary>
    internal double[] SlopePolynomial { get; }

    /// <summary>
    /// The first hidden neuron of a training run's initial network of the given width (kernels/NUMERICS.md), with exactly its floats.
    /// </summary>
    /// <param name="activation">σ.</param>
    /// <param name="n">Inputs.</param>
    /// <param name="k">Parity degree.</param>
    /// <param name="width">Hidden units: the scale of some initialisations depends on it.</param>
    /// <param name="init">Any but <see cref="Init.Sparse"/> and <see cref="Init.Gaussian"/>;
    /// signs of <see cref="Init.Rademacher"/> have no noise.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="withBias">Whether b is the network's; it is 0 otherwise.</param>
    public static Neuron Initial(NeuronActivation activation, int n, int k, int width, Init init, long seed, bool withBias)
    {
        var point = new Point(n, k, width, 1, 1) { Loss = Loss.Correlation, Init = init };
        var network = new MlpNetwork(point, seed);
        double[] weights = [.. Enumerable.Range(0, n).Select(i => network.Parameters[network.W(1, 0, i)])];
        return new Neuron(activation, k, weights, withBias ? network.Parameters[network.B(1, 0)] : 0);
    }

    /// <summary>
    /// Start + Σ ±w_i over inputs first … end−1 and 0, for every choice of their signs, [2^(end−first)][2]; for a cosine, the cosine and sine of the
    /// sum instead. Bit i−first of the row means −. Sums of a few floats in double are exact unless the floats differ by more than a factor of 2^24,
    /// so that z = 0 is detected.
    /// </summary>
    internal double[] PartialSums(int first, int end, double start)
    {
        double[] table = new double[2 << (end - first)];
        for (int row = 0; row < table.Length / 2; row++)
        {
            double sum = start;
            for (int i = first; i < end; i++)
                sum += ((row >> (i - first)) & 1) == 0 ? weights[i] : -weights[i];

            (table[2 * row], table[(2 * row) + 1]) = Slope == SlopeKind.Cosine ? (Math.Cos(sum), Math.Sin(sum)) : (sum, 0);
        }

        return table;
    }
}
