using System.Collections.Immutable;
using System.Globalization;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>Draws small valid sweeps over every setting there is.</summary>
public static class RandomSpec
{
    private const long MostSeeds = 4;
    private const long MostSteps = 250;

    /// <summary>Most microseconds that a simulated GPU should need for a sweep (<see cref="Cost"/>).</summary>
    private const double MostCost = 400_000;

    /// <summary>Most inputs of a sweep with Fourier gaps: their cost is 2^n.</summary>
    private const int MostGapInputs = 9;

    /// <summary>Of so many lists one has two values, so that points of one shape and of several meet on a device.</summary>
    private const int ListsPerPair = 16;

    /// <summary>Of so many sweeps one is made to take the counting path, which few would take by chance.</summary>
    private const int SpecsPerCounting = 5;

    private static readonly int[] Inputs = [1, 2, 3, 4, 5, 5, 6, 7, 8, 10, 12, 15, 16, 17, 24, 31, 32, 33, 50, 64, 67];
    private static readonly int[] Widths = [1, 2, 3, 5, 8, 15, 16, 17, 20, 32, 33, 64, 100, 129];
    private static readonly int[] Batches = [1, 1, 2, 3, 7, 8, 16, 24, 31, 32, 32, 33, 40, 64, 65, 100, 150, 257];
    private static readonly double[] WildRates = [1e-30, 1e-6, 1e3, 1e8, 1e25, 1e30];

    /// <summary>A valid sweep of a few points with one to four seeds each. The same sequence of numbers gives the same sweep.</summary>
    public static SweepSpec Draw(Random random)
    {
        // Settings that do not fit together are drawn again: what fits is for the validation alone to say.
        while (true)
        {
            SweepSpec spec = Propose(random);
            if (random.Next(SpecsPerCounting) == 0)
                spec = Counting(spec);

            while (spec.MaxSteps > 1 && Cost(spec) > MostCost)
                spec = spec with { MaxSteps = spec.MaxSteps / 2 };

            if (Cost(spec) <= MostCost && IsValid(spec))
                return IdleSettings.Dropped(spec);
        }
    }

    private static bool IsValid(SweepSpec spec)
    {
        try
        {
            SpecValidation.Validate(spec);
            return true;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    private static SweepSpec Propose(Random random)
    {
        ImmutableArray<int> n = Some(() => Pick(random, Inputs));
        ImmutableArray<Model> model = Some(() => Pick(random, Enum.GetValues<Model>()));
        bool attends = model.Contains(Model.Transformer);
        if (attends)
            n = [.. n.Select(inputs => Math.Min(inputs, 12))];

        ImmutableArray<int> batch = Some(() => Pick(random, Batches));
        bool looks = random.Next(2) == 0;
        ImmutableArray<TaskList> tasks = Some(() => Rarely(6) ? DrawTasks(random, n.Min()) : TaskList.None);
        ImmutableArray<Target> target = Some(() => Rarely(6) ? DrawTarget(random, n.Min()) : Target.Parity);
        return new SweepSpec
        {
            N = [.. n.Distinct()],
            K = Some(() => random.Next(1, Math.Min(n.Min(), random.Next(4) > 0 ? 4 : 12) + 1)),
            Target = target,
            Tasks = tasks,
            Zipf = Some(() => Rarely(2) ? Round((3 * random.NextDouble()) - 1) : 0.4),
            TaskSeed = Some(() => random.Next(2)),
            TaskBatch = Some(() => Rarely(3) ? TaskBatch.Equal : TaskBatch.Drawn),
            SingleSteps = Some(() => Rarely(2) ? random.Next(1, 60) : 0),
            TaskSamples = Pick(random, [1, 32, 50]),
            TaskLoss = LogUniform(0.05, 2),
            Model = model,
            Activation = Some(() => Pick(random, Enum.GetValues<Activation>())),
            Output = Some(() => Rarely(4) ? OutputLayer.Fixed : OutputLayer.Trained),
            Logits = Some(() => random.Next(1, 3)),
            Depth = Some(() => random.Next(2, SchedulePhase.MaxLayers + 1)),
            DEmb = Some(() => random.Next(1, 25)),
            Heads = Some(() => random.Next(1, 5)),
            DAttn = Some(() => random.Next(1, 10)),
            Width = Some(() => Pick(random, Widths)),
            Batch = batch,
            Lr = Some(() => Rarely(6) ? Pick(random, WildRates) : LogUniform(1e-3, 3)),
            WeightDecay = Some(() => Rarely(3) ? LogUniform(1e-5, 1) : 0),
            Loss = target.All(each => each.IsParity) ? Some(() => Pick(random, Enum.GetValues<Loss>())) : [Loss.Square],
            Init = Some(() => Pick(random, Enum.GetValues<Init>())),
            InitSigma = Some(() => Rarely(4) ? 0 : LogUniform(1e-3, 3)),
            Sparsity = Some(() => Rarely(2) ? random.Next(1, n.Min() + 1) : 0),
            Biases = Some(() => Rarely(4) ? InitialBiases.Zero : InitialBiases.Random),
            InitSeed = Some(() => Rarely(4) ? random.Next(1, int.MaxValue) : 0),
            Optimizer = Some(() => Rarely(2) ? Pick(random, Enum.GetValues<Optimizer>()) : Optimizer.Sgd),
            Train = Some(() => Rarely(model.Any(each => each.IsDeep()) ? 1 : 3) ? Pick(random, Enum.GetValues<TrainedLayers>()) : TrainedLayers.All),
            Samples = Some(() => Rarely(3) ? batch.Max() + (Rarely(3) ? 0 : random.Next(1, 200)) : 0),
            Noise = Some(() => Rarely(4) ? Round(random.NextDouble() / 2) : 0),
            Encoding = Some(() => Rarely(4) ? InputEncoding.ZeroOne : InputEncoding.Pm1),
            InputBias = Some(() => Rarely(4) ? Round(random.NextDouble()) : 0.5),
            Mixture = Some(() => Rarely(2) ? Round(1 - random.NextDouble()) : 1),
            BiasedSteps = Some(() => Rarely(2) ? random.Next(1, 100) : 0),
            InputSchedule = Rarely(6) ? DrawInputSchedule(random) : InputSchedule.None,
            Schedule = Rarely(4) ? DrawSchedule(random) : Schedule.Constant,
            Momentum = Rarely(3) ? Round(random.NextDouble()) : 0.9,
            Beta2 = Rarely(3) ? Round(random.NextDouble()) : 0.999,
            Epsilon = Rarely(3) ? LogUniform(1e-12, 1) : 1e-8,
            Check = Rarely(4) ? CheckTimes.TryParse(Pick(random, ["epoch", "never", "1", "7", "20"]))! : CheckTimes.Step,
            TargetAccuracy = Rarely(4) ? Round(0.5 + (random.NextDouble() / 2)) : 1,
            TargetLoss = LogUniform(0.01, 3),
            Subset = Rarely(2) ? SubsetChoice.Random : SubsetChoice.First,
            Seeds = random.NextInt64(1, MostSeeds + 1),
            FirstSeed = Rarely(2) ? random.NextInt64(long.MaxValue / 2) : 0,
            MaxSteps = Rarely(3) ? random.NextInt64(1, 12) : random.NextInt64(12, MostSteps + 1),
            TestSamples = Pick(random, [1, 31, 32, 33, 64, 100, 200, 257]),
            Curve = !looks ? CurveSteps.None : Rarely(2) ? CurveSteps.Every(random.Next(1, 40)) : CurveSteps.Logarithmic(random.Next(1, 8)),
            CurveGap = looks && !attends && n.Max() <= MostGapInputs && Rarely(2),
            CurveNorms = looks && Rarely(2),
            CurveTasks = looks && tasks.Any(each => each != TaskList.None) && Rarely(2),
        };

        bool Rarely(int of) => random.Next(of) == 0;

        double LogUniform(double least, double most) => Round(least * Math.Pow(most / least, random.NextDouble()));

        ImmutableArray<T> Some<T>(Func<T> draw)
        {
            T first = draw();
            return Rarely(ListsPerPair) && draw() is { } second && !Equals(first, second) ? [first, second] : [first];
        }
    }

    private static SweepSpec Counting(SweepSpec spec) => spec with
    {
        Target = [Target.Parity],
        Tasks = [TaskList.None],
        Model = [Model.Mlp],
        Activation = [Activation.Relu],
        Output = [OutputLayer.Trained],
        Loss = [Loss.Hinge],
        Init = spec.Init.Contains(Init.Sparse) ? [Init.XavierUniform] : spec.Init,
        Optimizer = [Optimizer.Sgd],
        Train = [TrainedLayers.All],
        Samples = [0],
        Noise = [0],
        Encoding = [InputEncoding.Pm1],
        Schedule = Schedule.Constant,
    };

    /// <summary>
    /// About how many microseconds a GPU takes whose threads are simulated one after the other: for every word of 32 samples that
    /// goes through a network, its arithmetic and its barriers.
    /// </summary>
    private static double Cost(SweepSpec spec)
    {
        long looks = 1;
        for (long step = 0; spec.Curve != CurveSteps.None && step < spec.MaxSteps; step = spec.Curve.Next(step))
            looks++;

        return spec.Seeds * spec.Points().Sum(point => OfWord(point) * Words(point));

        double Words(Point point) =>
            (spec.MaxSteps * Canon.Words(point.Batch))
            + (looks * (Canon.Words(Math.Max(point.Samples, point.Batch)) + Canon.Words(point.TestSamples)
                + (point.Tasks.Count * Canon.Words(point.TaskSamples)) + (spec.CurveGap ? Canon.Words(1 << point.N) : 0)));

        static double OfWord(Point point)
        {
            double width = point.Model == Model.Transformer ? point.Width + (4.0 * point.DEmb * point.Heads * point.DAttn) : point.Width;
            double inner = Math.Max(0, point.Layers - 2) * ((double)point.Width * point.Width);
            double barriers = point.Model == Model.Transformer ? 1000 + (50.0 * point.N * point.Heads) : 100.0 * point.Layers;
            return barriers + (((width * point.Inputs) + inner) * Canon.WordSamples / 500);
        }
    }

    private static TaskList DrawTasks(Random random, int n)
    {
        int count = random.Next(1, 20);
        string Bits(string name, int most) => string.Concat(Enumerable.Range(1, most).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1).Select(bit => $"{name}{bit}"));
        return random.Next(2) == 0
            ? TaskList.TryParse($"{count}")!
            : TaskList.TryParse(string.Join('+', Enumerable.Range(0, count).Select(_ => Bits("c", 4)).Distinct()
                .Select(controls => $"{Text(Pick(random, [0.5, 1, 3]))}{controls}:{Bits("x", Math.Min(n, 8))}")))!;
    }

    private static Schedule DrawSchedule(Random random)
    {
        var phases = new List<string>();
        int from = 0;
        int layers = random.Next(3) == 0 ? random.Next(1, SchedulePhase.MaxLayers + 1) : random.Next(1, 3);
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            string[] factors = [.. Enumerable.Range(0, layers).Select(_ => Text(Pick(random, [0, 0.1, 0.5, 1, 1, 2])))];
            string decay = random.Next(4) == 0 ? $"@{Text(Pick(random, [0, 0.01, 1]))}" : "";
            phases.Add($"{from}={string.Join(':', factors)}{decay}");
            from += random.Next(1, 20);
        }

        return Schedule.TryParse(string.Join(',', phases))!;
    }

    private static InputSchedule DrawInputSchedule(Random random)
    {
        var phases = new List<string>();
        int from = 0;
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            string mixture = random.Next(2) == 0 ? $":{Text(Pick(random, [0, 0.01, 0.3, 0.9]))}" : "";
            phases.Add($"{from}={Text(Pick(random, [0, 0.02, 0.25, 0.5, 0.8, 1]))}{mixture}");
            from += random.Next(1, 20);
        }

        return InputSchedule.TryParse(string.Join(',', phases))!;
    }

    /// <summary>A polynomial of few inputs.</summary>
    private static Target DrawTarget(Random random, int n)
    {
        int inputs = random.Next(1, Math.Min(n, 6) + 1);
        var terms = new Dictionary<string, string>();
        for (int count = random.Next(1, Monomial.Most + 1); count > 0; count--)
        {
            string name = string.Concat(Enumerable.Range(1, inputs).Where(_ => random.Next(2) == 0).Select(input => $"x{input}"));
            terms[name] = $"{Pick(random, ["+", "-"])}{Text(Pick(random, [0.3, 0.5, 1, 1, 2]))}{name}";
        }

        return Target.TryParse(string.Concat(terms.Values)) ?? Target.TryParse("x1")!;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    /// <summary>To three digits: a number that can be read.</summary>
    private static double Round(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
