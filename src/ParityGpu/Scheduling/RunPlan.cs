using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>
/// From a run's identity (point, seed) to the columns the kernels read. Quotients and scales are computed in double and
/// rounded once (kernels/NUMERICS.md, rule 3). Seeds are ≥ 0; points are valid.
/// </summary>
public static class RunPlan
{
    /// <summary>The run's settings. Biases are drawn like the weights of their layer (paper, appendix D).</summary>
    public static RunSettings Settings(Point point, long seed)
    {
        (InitialDistribution distribution, double hidden, double output) = InitialScales(point);
        return new RunSettings
        {
            Seed = (ulong)seed,
            MaxSteps = point.MaxSteps,
            StepSize = (float)(point.LearningRate / point.Batch),
            Decay = (float)(1 - point.WeightDecay),
            Distribution = (int)distribution,
            HiddenScale = (float)hidden,
            OutputScale = (float)output,
            Degree = point.K,
            TestSamples = point.TestSamples,
        };
    }

    /// <summary>
    /// The k relevant inputs, distinct, each in 0…n−1: the first k, or k drawn by a partial Fisher–Yates shuffle
    /// (kernels/NUMERICS.md, random words).
    /// </summary>
    public static int[] Subset(Point point, long seed)
    {
        int[] inputs = [.. Enumerable.Range(0, point.N)];
        if (point.Subset == SubsetChoice.Random)
        {
            for (int draw = 0; draw < point.K; draw++)
            {
                uint word = RandomStreams.SubsetDraw((ulong)seed, (uint)draw).W0;
                int other = draw + (int)(((ulong)word * (ulong)(point.N - draw)) >> 32);
                (inputs[draw], inputs[other]) = (inputs[other], inputs[draw]);
            }
        }

        return inputs[..point.K];
    }

    /// <summary>
    /// Scales of the hidden layer (fan-in n, fan-out r) and of the output layer (fan-in r, fan-out 1): half-widths of
    /// uniform distributions, standard deviations of Gaussians, magnitudes of signs.
    /// </summary>
    private static (InitialDistribution Distribution, double Hidden, double Output) InitialScales(Point point)
    {
        double n = point.N;
        double r = point.Width;
        return point.Init switch
        {
            Init.XavierUniform => (InitialDistribution.Uniform, Math.Sqrt(6 / (n + r)), Math.Sqrt(6 / (r + 1))),
            Init.Sign => (InitialDistribution.Sign, Math.Sqrt(6 / (n + r)), Math.Sqrt(6 / (r + 1))),
            Init.KaimingNormal => (InitialDistribution.Normal, Math.Sqrt(2 / n), Math.Sqrt(2 / r)),
            Init.Torch => (InitialDistribution.Uniform, 1 / Math.Sqrt(n), 1 / Math.Sqrt(r)),
            _ => throw new ArgumentOutOfRangeException(nameof(point), point.Init, "Unknown initialisation."),
        };
    }
}
