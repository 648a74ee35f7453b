using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// An update rule: the direction v in θ ← (1−λ)θ − ηv, or in AdamW's (1−ηλ)θ − ηv, from
/// the gradient of the mean loss (kernels/NUMERICS.md, optimizers).
/// </summary>
public abstract class OptimizerRule
{
    /// <summary>Begins a step, in which the direction of every trained parameter is requested once.</summary>
    public virtual void BeginStep()
    {
    }

    /// <summary>The direction of one parameter.</summary>
    /// <param name="parameter">The parameter's number.</param>
    /// <param name="gradient">Its gradient.</param>
    public abstract double Direction(int parameter, double gradient);
}

/// <summary>v = g.</summary>
public sealed class Sgd : OptimizerRule
{
    public override double Direction(int parameter, double gradient) => gradient;
}

/// <summary>Heavy ball: m ← βm + g, v = m (Polyak 1964, in PyTorch's form).</summary>
public sealed class HeavyBall(double beta, int parameters) : OptimizerRule
{
    private readonly double[] moments = new double[parameters];

    public override double Direction(int parameter, double gradient) =>
        moments[parameter] = (beta * moments[parameter]) + gradient;
}

/// <summary>
/// Moments m, s of g and g², each divided by 1 − βᵗ, where t counts the steps including this one; v = m/(√s + ε) (Kingma and Ba 2015, algorithm 1).
/// </summary>
public sealed class Adam(double beta1, double beta2, double epsilon, int parameters) : OptimizerRule
{
    private readonly double[] first = new double[parameters];
    private readonly double[] second = new double[parameters];
    private int steps;

    public override void BeginStep() => steps++;

    public override double Direction(int parameter, double gradient)
    {
        first[parameter] = (beta1 * first[parameter]) + ((1 - beta1) * gradient);
        second[parameter] = (beta2 * second[parameter]) + ((1 - beta2) * gradient * gradient);
        double m = first[parameter] / (1 - Math.Pow(beta1, steps));
        double s = second[parameter] / (1 - Math.Pow(beta2, steps));
        return m / (Math.Sqrt(s) + epsilon);
    }
}

/// <summary>v = sign g, with sign 0 = 0.</summary>
public sealed class SignSgd : OptimizerRule
{
    public override double Direction(int parameter, double gradient) => gradient > 0 ? 1 : gradient < 0 ? -1 : 0;
}

/// <summary>Maps a point's optimizer to its formulas.</summary>
public static class Optimizers
{
    /// <param name="point">The optimizer and its constants.</param>
    /// <param name="parameters">Number of parameters.</param>
    public static OptimizerRule Of(Point point, int parameters)
    {
        // Rounded as in the kernels: 1 − β₂ differs in the fifth digit from that of the unrounded β₂.
        float beta1 = (float)point.Momentum;
        float beta2 = (float)point.Beta2;
        return point.Optimizer switch
        {
            Optimizer.Sgd => new Sgd(),
            Optimizer.Momentum => new HeavyBall(beta1, parameters),
            Optimizer.Adam or Optimizer.Adamw => new Adam(beta1, beta2, (float)point.Epsilon, parameters),
            Optimizer.SignSgd => new SignSgd(),
            _ => throw new ArgumentOutOfRangeException(nameof(point), point.Optimizer, "Unknown optimizer."),
        };
    }
}
