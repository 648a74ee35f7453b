using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Runs;

/// <summary>
/// Turns a run's identity (point, seed) into the columns that the kernels read. Quotients and scales are computed in double and rounded once
/// (kernels/NUMERICS.md, rule 3). Seeds are ≥ 0; points are valid and normalised.
/// </summary>
public static class RunPlan
{
    /// <summary>[phase of the inputs]: the run's settings as they are stored in a slot.</summary>
    public static RunSettings[] Stored(Point point, long seed)
    {
        RunSettings settings = Settings(point, seed);
        return [.. InputPhases(point).DefaultIfEmpty().Select(phase => settings with { Inputs = phase })];
    }

    /// <summary>
    /// The run's settings, the same in all phases of the inputs. Biases are drawn like the weights of their layer (paper, appendix D), except for the signs of
    /// <see cref="Init.Rademacher"/>.
    /// </summary>
    public static RunSettings Settings(Point point, long seed)
    {
        (InitialDistribution distribution, double hidden, double output, double inner) = InitialScales(point);
        double entries = (double)point.Heads * point.DAttn;
        double mayErr = 1 - point.TargetAccuracy;
        long window = (long)EndOfRun.CleanBatchesNeeded(point.Batch) * point.Batch;
        return new RunSettings
        {
            Seed = (ulong)seed,
            InitialSeed = (ulong)(point.InitSeed == 0 ? seed : point.InitSeed),
            MaxSteps = point.MaxSteps,
            StepSize = (float)(point.LearningRate / point.Batch),
            Decay = (float)(1 - point.WeightDecay),
            Distribution = (int)distribution,
            RowDistribution = (int)(point.Init == Init.Rademacher ? InitialDistribution.NoisySign : distribution),
            RowScale = (float)(point.Init == Init.Rademacher ? point.InitSigma : hidden),
            HiddenScale = (float)hidden,
            OutputScale = (float)output,
            Logits = point.Logits,
            InnerScale = (float)inner,
            AttentionScale = (float)Scale(point, point.DEmb, entries),
            ProjectionScale = (float)Scale(point, entries, point.DEmb),
            ScoreScale = (float)(1 / Math.Sqrt(point.DAttn)),
            Degree = point.K,
            Monomials = point.Target.Monomials.Length,
            TestSamples = point.TestSamples,
            CheckEvery = point.Check.Spacing(point.Samples, point.Batch),
            AllowedErrors = point.Check == CheckTimes.Never ? -1
                : point.Target.IsParity ? (int)Allowed(mayErr, point.TestSamples) : AllowedMisfit(point, point.TestSamples),
            AllowedWindowErrors = point.Target.IsParity ? (int)Allowed(mayErr, window) : AllowedMisfit(point, window),
            Loss = (int)point.Loss,
            Noise = Probability(point.Noise),
            InputPhases = InputPhases(point).Length,
            TaskSamples = point.TaskSamples,
            TaskRule = point.TaskBatch == TaskBatch.Equal ? point.Batch / point.Tasks.Count : -point.SingleSteps,
            Output = (int)point.Output,
            Train = (int)point.Train,
            ZeroBiases = point.Biases == InitialBiases.Zero ? 1 : 0,
            StageSteps = point.Model.IsDeep() ? (point.MaxSteps + point.Depth - 2) / (point.Depth - 1) : point.MaxSteps,
            SparseInputs = point.Init == Init.Sparse ? point.Sparsity : 0,
            InverseBatch = (float)(1.0 / point.Batch),
            Beta1 = (float)point.Momentum,
            Beta2 = (float)point.Beta2,
            Epsilon = (float)point.Epsilon,
            Phases = point.Schedule.Phases.Length,
        };
    }

    /// <summary>The run's step sizes and decay over time. The difference of two logits moves twice as far as either of them.</summary>
    public static SchedulePhase[] Phases(Point point)
    {
        bool mean = point.Optimizer is Optimizer.Sgd or Optimizer.Momentum;
        double scale = mean ? point.LearningRate / point.Batch : point.LearningRate;
        return
        [
            .. point.Schedule.Phases.Select(phase =>
            {
                float Rate(int layer) => (float)(scale * phase.Factor(layer) * (layer == point.Layers - 1 ? point.Logits : 1));
                return new SchedulePhase
                {
                    From = phase.From,
                    Decay = (float)(1 - point.Decay(phase)),
                    IsUniform = Enumerable.Range(0, point.Layers).All(layer => Rate(layer) == Rate(0)) ? 1 : 0,
                    Rate0 = Rate(0),
                    Rate1 = Rate(1),
                    Rate2 = Rate(2),
                    Rate3 = Rate(3),
                    Rate4 = Rate(4),
                    Rate5 = Rate(5),
                    Rate6 = Rate(6),
                    Rate7 = Rate(7),
                };
            }),
        ];
    }

    /// <summary>The stretches of the run's training stream with biased inputs. A point is normalised: only fresh batches have several phases.</summary>
    public static InputPhase[] InputPhases(Point point)
    {
        var phases = point.InputPhases;
        ulong First(InputSchedule.Phase phase) => SampleWindow.FirstSample(phase.From, point.Batch);
        return
        [
            .. phases.Zip([.. phases.Skip(1).Select(First), ulong.MaxValue]).Where(stretch => stretch.First.IsBiased).Select(stretch => new InputPhase
            {
                First = First(stretch.First),
                End = stretch.Second,
                Bias = Probability(stretch.First.Bias),
                UniformSamples = Probability(1 - stretch.First.Mixture),
            }),
        ];
    }

    /// <summary>
    /// The k relevant inputs, distinct, each in 0…n−1: the first k, or k drawn by a partial Fisher–Yates shuffle (kernels/NUMERICS.md, random words).
    /// For a disjoint PolyNet, one in each block of n/k: its first, or one drawn. For tasks, those of the first task.
    /// </summary>
    public static int[] Subset(Point point, long seed)
    {
        if (point.Tasks != TaskList.None)
            return TaskPlan.Inputs(point).First();

        if (point.Model == Model.DisjointPolynet)
        {
            int block = point.N / point.K;
            return [.. Enumerable.Range(0, point.K).Select(q => (q * block) + Offset(point, seed, q, block))];
        }

        return Shuffled(point.N, point.K, draw => point.Subset == SubsetChoice.Random ? RandomStreams.SubsetDraw((ulong)seed, (uint)draw).W0 : 0);
    }

    /// <summary>k of 0…n−1 by a partial Fisher–Yates shuffle; a word of 0 leaves its entry in place.</summary>
    internal static int[] Shuffled(int n, int k, Func<int, uint> wordOf)
    {
        int[] inputs = [.. Enumerable.Range(0, n)];
        for (int draw = 0; draw < k; draw++)
        {
            int other = draw + Place(wordOf(draw), n - draw);
            (inputs[draw], inputs[other]) = (inputs[other], inputs[draw]);
        }

        return inputs[..k];
    }

    /// <summary>c_0 … c_k of a polynomial activation as the kernels read them; none for others.</summary>
    public static float[] Coefficients(Point point) =>
        point.Activation == Activation.Polynomial ? [.. PolynomialCoefficients(point.K).Select(c => (float)c)] : [];

    /// <summary>The terms of a polynomial target as the kernels read them; none for a parity.</summary>
    public static Monomial[] Monomials(Point point) =>
    [
        .. point.Target.Monomials.Select(monomial => new Monomial
        {
            Inputs = monomial.Inputs.Aggregate(0UL, (inputs, input) => inputs | (1UL << (input - 1))),
            Coefficient = (float)monomial.Coefficient,
        }),
    ];

    /// <summary>Coefficients c_0 … c_k of the polynomial through (s, ∏ of k signs with sum s), s = −k, −k+2, …, k.</summary>
    public static double[] PolynomialCoefficients(int k)
    {
        // Newton's divided differences on equidistant nodes, then multiplied out.
        double[] differences = [.. Enumerable.Range(0, k + 1).Select(m => (k - m) % 2 == 0 ? 1.0 : -1.0)];
        for (int order = 1; order <= k; order++)
        {
            for (int m = k; m >= order; m--)
                differences[m] = (differences[m] - differences[m - 1]) / (2 * order);
        }

        double[] coefficients = new double[k + 1];
        for (int m = k; m >= 0; m--)
        {
            double node = (2 * m) - k;
            for (int power = k; power >= 0; power--)
                coefficients[power] = (power > 0 ? coefficients[power - 1] : differences[m]) - (node * coefficients[power]);
        }

        return coefficients;
    }

    /// <summary>Draw number <paramref name="draw"/> of the subset, 0 … choices−1.</summary>
    private static int Offset(Point point, long seed, int draw, int choices) =>
        point.Subset == SubsetChoice.Random ? Place(RandomStreams.SubsetDraw((ulong)seed, (uint)draw).W0, choices) : 0;

    /// <summary>⌊word·choices/2^32⌋.</summary>
    private static int Place(uint word, int choices) => (int)(((ulong)word * (ulong)choices) >> 32);

    /// <summary>The misfit of samples whose mean square loss is the target loss.</summary>
    private static int AllowedMisfit(Point point, long samples) => Misfit.OfSum((float)(point.TargetLoss * samples));

    /// <summary>A probability times 2^32, as kernels compare it with random words: rounded, at most 2^32 − 1.</summary>
    internal static uint Probability(double probability) => (uint)Math.Min(Math.Round(probability * 4294967296.0), uint.MaxValue);

    /// <summary>⌊fraction·samples⌋, not one less if the product is an integer up to rounding.</summary>
    private static long Allowed(double fraction, long samples) => (long)Math.Floor((fraction * samples) + 1e-6);

    /// <summary>
    /// Scale of a matrix by its fan-in and fan-out: half-width of a uniform distribution, standard deviation of a Gaussian, magnitude of
    /// a sign.
    /// </summary>
    private static double Scale(Point point, double fanIn, double fanOut) => point.Init switch
    {
        Init.KaimingNormal => Math.Sqrt(2 / fanIn),
        Init.Torch or Init.Rademacher => 1 / Math.Sqrt(fanIn),
        Init.Gaussian => point.InitSigma,
        _ => Math.Sqrt(6 / (fanIn + fanOut)),
    };

    /// <summary>
    /// The distribution of initial parameters, and its scales for the hidden layer (fan-in n, fan-out r), the output layer (fan-in r, fan-out 1, or 2
    /// with two logits) and inner layers (r, r). A transformer's inner scale is that of its embeddings, whose matrix is multiplied by one-hot vectors
    /// of tokens and positions: fan-in 1.
    /// </summary>
    private static (InitialDistribution Distribution, double Hidden, double Output, double Inner) InitialScales(Point point)
    {
        InitialDistribution distribution = point.Init switch
        {
            Init.KaimingNormal or Init.Gaussian => InitialDistribution.Normal,
            Init.Sign => InitialDistribution.Sign,
            Init.XavierUniform or Init.Torch or Init.Sparse or Init.Rademacher => InitialDistribution.Uniform,
            _ => throw new ArgumentOutOfRangeException(nameof(point), point.Init, "Unknown initialisation."),
        };
        double r = point.Width;
        bool disjoint = point.Model == Model.DisjointPolynet;
        bool attends = point.Model == Model.Transformer;
        double fanIn = attends ? point.DEmb : point.Init == Init.Sparse ? point.Sparsity : disjoint ? point.N / point.K : point.Inputs;
        double inner = attends ? Scale(point, 1, point.DEmb) : Scale(point, r, r);
        return (distribution, Scale(point, fanIn, disjoint ? 1 : r), Scale(point, r, point.Logits), inner);
    }
}
