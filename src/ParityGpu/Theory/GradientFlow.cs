using MathNet.Numerics;
using MathNet.Numerics.Integration;
using ParityGpu.Kernels;

namespace ParityGpu.Theory;

/// <summary>
/// The initial weights of one block of a disjoint PolyNet: the relevant weight, and what is needed of the others, which do not change.
/// </summary>
public abstract record FlowBlock
{
    /// <summary>The relevant weight, positive: a pair of signs can be flipped without changing the network on parities.</summary>
    public abstract double Relevant { get; }

    /// <summary>Sum of the absolute irrelevant weights. From this relevant weight on, the factor's sign is always right.</summary>
    public abstract double Largest { get; }

    /// <summary>P[right sign] − P[wrong sign] of the factor v·x + Σ of irrelevant, x uniform.</summary>
    public abstract double Advantage(double v);
}

/// <summary>Sign initialisation: all |w| = 1/√n'. The irrelevant sum is binomial, and the advantage exact.</summary>
public sealed record SignBlock(int Inputs) : FlowBlock
{
    private readonly double size = 1 / Math.Sqrt(Inputs);

    public override double Relevant => size;

    public override double Largest => (Inputs - 1) * size;

    public override double Advantage(double v)
    {
        // P[|s| < v/|w|] for the sum s of n'−1 signs, from the middle outwards until the terms no longer matter.
        int others = Inputs - 1;
        int s = others % 2;
        double term = Math.Exp(SpecialFunctions.BinomialLn(others, (others + s) / 2) - (others * Constants.Ln2));
        double sum = 0;
        for (; s <= others && s < v / size && term > 1e-18; s += 2)
        {
            sum += s == 0 ? term : 2 * term;
            term *= (others - s) / (double)(others + s + 2);
        }

        return Math.Min(sum, 1);
    }
}

/// <summary>Gaussian initialisation of variance 1/n', from a seed. The irrelevant sum is approximated by a Gaussian of the same variance.</summary>
public sealed record NormalBlock : FlowBlock
{
    private readonly double deviation;

    /// <param name="inputs">n'.</param>
    /// <param name="seed">Seed of the flow.</param>
    /// <param name="block">Number of the block.</param>
    public NormalBlock(int inputs, long seed, int block)
    {
        float scale = (float)(1 / Math.Sqrt(inputs));
        double squares = 0;
        for (int i = 0; i < inputs; i++)
        {
            uint word = RandomStreams.HiddenWeightDraws((ulong)seed, (uint)block, (uint)i / 4).Word(i % 4);
            double weight = Math.Abs(Initialisation.Draw((int)InitialDistribution.Normal, scale, word));
            if (i == 0)
            {
                Relevant = weight;
                continue;
            }

            Largest += weight;
            squares += weight * weight;
        }

        deviation = Math.Sqrt(squares);
    }

    public override double Relevant { get; }

    public override double Largest { get; }

    public override double Advantage(double v) => v >= Largest ? 1 : SpecialFunctions.Erf(v / (deviation * Constants.Sqrt2));
}

/// <summary>
/// Gradient flow of the disjoint PolyNet f = ∏_i ⟨w_i, x_{P_i}⟩ under the population's correlation loss (paper,
/// section 5): the relevant weights obey v_i' = ∏_{j≠i} v_j, all others have gradient 0. As in theorem 6, the
/// initial product is positive; f then grows and, for k ≥ 3, blows up in finite time.
/// </summary>
/// <remarks>
/// All v_i² grow at the same rate: v_i² = v_i(0)² + 2q with q' = ∏ v_j. So the time between two values of q is the
/// integral of dq/∏√(v_i(0)² + 2q), which is smooth and needs no step size that shrinks near the blow-up.
/// Math.NET's adaptive quadrature can compute it; its ODE solvers only have fixed steps.
/// </remarks>
public sealed class GradientFlow(IReadOnlyList<FlowBlock> blocks)
{
    private const double RelativeError = 1e-13;

    /// <summary>Halvings that shrink an interval to the last bits of a double.</summary>
    private const int Halvings = 60;

    private readonly double[] starts = [.. blocks.Select(block => block.Relevant)];
    private readonly double smallest = blocks.Min(block => block.Relevant);

    /// <summary>The flow from sign initialisation, k blocks of n' inputs.</summary>
    public static GradientFlow FromSigns(int k, int blockInputs) =>
        new([.. Enumerable.Repeat(new SignBlock(blockInputs), k)]);

    /// <summary>The flow from Gaussian initialisation.</summary>
    public static GradientFlow FromNormals(int k, int blockInputs, long seed) =>
        new([.. Enumerable.Range(0, k).Select(block => new NormalBlock(blockInputs, seed, block))]);

    /// <summary>Relevant weights at q.</summary>
    public double[] Weights(double q) => [.. starts.Select(v => Math.Sqrt((v * v) + (2 * q)))];

    /// <summary>P[sign f ≠ y] at q.</summary>
    public double Error(double q)
    {
        double[] weights = Weights(q);
        return (1 - blocks.Select((block, i) => block.Advantage(weights[i])).Aggregate(1.0, (a, b) => a * b)) / 2;
    }

    /// <summary>The smallest q at which the error is at most <paramref name="error"/>; for 0, at which no input is misclassified.</summary>
    public double Reach(double error)
    {
        double solved = Math.Max(0, blocks.Max(block => (block.Largest * block.Largest) - (block.Relevant * block.Relevant)) / 2);
        if (error == 0)
            return solved;

        if (Error(0) <= error)
            return 0;

        // Bisection on the scale of the substitution below, because errors fall in jumps under sign initialisation.
        double low = 0;
        double high = Scale(solved);
        for (int halving = 0; halving < Halvings; halving++)
        {
            double middle = (low + high) / 2;
            (low, high) = Error(Unscale(middle)) <= error ? (low, middle) : (middle, high);
        }

        return Unscale(high);
    }

    /// <summary>Time from q = <paramref name="from"/> to <paramref name="to"/>.</summary>
    public double Time(double from, double to)
    {
        double a = smallest * smallest;
        double Slowness(double u)
        {
            double grown = a * Math.Exp(u);
            return grown / 2 / starts.Aggregate(1.0, (product, v) => product * Math.Sqrt((v * v) - a + grown));
        }

        return GaussKronrodRule.Integrate(Slowness, Scale(from), Scale(to), out _, out _, RelativeError);
    }

    /// <summary>u = log(1 + 2q/a), where a is the smallest v_i(0)², because q spans many powers of ten.</summary>
    private double Scale(double q) => Math.Log(1 + (2 * q / (smallest * smallest)));

    private double Unscale(double u) => (Math.Exp(u) - 1) * smallest * smallest / 2;
}

/// <summary>T(ε)/T(0) of one flow.</summary>
/// <param name="K">k.</param>
/// <param name="BlockInputs">n'.</param>
/// <param name="TimeToError">T(ε), first time of error ε.</param>
/// <param name="TimeToZero">T(0), first time of error 0.</param>
/// <param name="Remaining">1 − T(ε)/T(0), from the time in between, so without cancellation.</param>
public sealed record FlowTimes(int K, int BlockInputs, double TimeToError, double TimeToZero, double Remaining)
{
    /// <summary>The times of a flow.</summary>
    public static FlowTimes Of(GradientFlow flow, int k, int blockInputs, double error)
    {
        double reached = flow.Reach(error);
        double early = flow.Time(0, reached);
        double late = flow.Time(reached, flow.Reach(0));
        return new FlowTimes(k, blockInputs, early, early + late, late / (early + late));
    }

    /// <summary>The exponent e of Remaining ≈ c·n'^e by least squares in logarithms; theorem 6 gives 1 − k/2.</summary>
    /// <param name="times">Times for one k and two or more n'.</param>
    public static double Exponent(IReadOnlyList<FlowTimes> times) => Fit.Line(
        [.. times.Select(t => Math.Log(t.BlockInputs))], [.. times.Select(t => Math.Log(t.Remaining))]).B;
}
