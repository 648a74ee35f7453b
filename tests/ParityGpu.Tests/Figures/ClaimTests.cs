using ParityGpu.Devices;
using ParityGpu.Figures.Experiments;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>Verdicts of experiments on made-up runs: claims must be able to fail.</summary>
public sealed class ClaimTests
{
    private const long Unsolved = FigureLogs.Unsolved;

    [Fact]
    public void The_table_trains_each_combination_of_the_search_once()
    {
        IReadOnlyList<ExperimentSweep> sweeps = Catalogue.Find("table-3.1")!.Sweeps(Scale.Laptop);
        Point[] points = [.. sweeps.SelectMany(sweep => sweep.Spec.Points())];

        Assert.True(points.Length > 300, $"{points.Length} combinations");
        Assert.Equal(points.Length, points.Select(point => (point.Model, point.Activation, point.Output, point.Width, point.N, point.Loss, point.Init)).Distinct().Count());
        Assert.True(sweeps.Count < points.Length / 2, $"{sweeps.Count} sweeps");
        Assert.All(sweeps, sweep => Assert.Equal((25, true), (sweep.Spec.Seeds, sweep.Spec.MaxSteps <= 20_000)));
    }

    [Fact]
    public void The_paper_s_table_has_its_whole_grid()
    {
        IReadOnlyList<ExperimentSweep> sweeps = Catalogue.Find("table-3.1")!.Sweeps(Scale.Paper);

        // 17 networks, 9 problems, 9 losses and initialisations, 11 batch sizes, 4 rates.
        Assert.Equal(17 * 9 * 9 * 11 * 4, sweeps.Sum(sweep => sweep.Spec.Points().Count()));
    }

    [Fact]
    public void The_table_fails_with_one_combination_and_is_open_without_one()
    {
        Verdict all = Judge("table-3.1", Scale.Smoke, (point, seed) => seed < 5 ? 100 : Unsolved);
        Verdict one = Judge("table-3.1", Scale.Smoke, (point, seed) => seed < 4 || !IsPolyNetWithSigns(point) ? 100 : Unsolved);
        Verdict missing = Judge("table-3.1", Scale.Smoke, (point, seed) => 100, point => !IsPolyNetWithSigns(point));

        Assert.Equal(ClaimOutcome.Held, all.Outcome);
        Assert.Contains("0 of them reliably", all.Evidence, StringComparison.Ordinal);
        Assert.Equal(ClaimOutcome.NotHeld, one.Outcome);
        Assert.Contains("(xv) n = 10 k = 2 hinge sign", one.Evidence, StringComparison.Ordinal);
        Assert.Equal(ClaimOutcome.Undecided, missing.Outcome);
        Assert.Contains("3 of 27 were not run", missing.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, ClaimOutcome.Held)]
    [InlineData(7, ClaimOutcome.NotHeld)]
    public void Noise_is_learned_if_most_runs_are_solved(int solvedAtForty, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "fig16", Scale.Laptop, (point, seed) => point.Noise > 0.4 || (point.Noise == 0.4 && seed >= solvedAtForty) ? Unsolved : 1000).Outcome);

    [Theory]
    [InlineData(false, ClaimOutcome.Held)]
    [InlineData(true, ClaimOutcome.NotHeld)]
    public void Deep_networks_must_fail_layer_by_layer(bool layersLearn, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "layerwise", Scale.Laptop,
        (point, seed) => point.K == 4 && (layersLearn || point.Train == TrainedLayers.All) ? 1000 + seed : Unsolved).Outcome);

    [Theory]
    [InlineData(0.2, ClaimOutcome.Held)]
    [InlineData(0.001, ClaimOutcome.NotHeld)]
    [InlineData(1.5, ClaimOutcome.NotHeld)]
    public void One_step_needs_the_theorem_s_batch(double threshold, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "theorem4", Scale.Laptop,
        (point, seed) => point.Batch > threshold * new OneStep(point.N, point.K, point.Width).TheoremBatch ? 5 : Unsolved).Outcome);

    [Theory]
    [InlineData(300, 500, ClaimOutcome.Held)]
    [InlineData(500, 500, ClaimOutcome.NotHeld)]
    public void Sparse_initialisation_must_need_fewer_samples(int sparse, int dense, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "pareto", Scale.Laptop,
        (point, seed) => point.Width > 30 ? (point.Samples >= (point.Init == Init.Sparse ? sparse : dense) ? 2000 + seed : Unsolved)
            : point.Samples >= 700 ? 3000 : Unsolved).Outcome);

    [Theory]
    [InlineData(0.1, 0, ClaimOutcome.Held)]
    [InlineData(0.8, 0, ClaimOutcome.NotHeld)]
    // Half of the seeds take 50 times as long in wide networks: the ratio of medians may be anything.
    [InlineData(0.45, 50, ClaimOutcome.NotHeld)]
    public void Width_must_surely_save_less_than_its_root(double exponent, int spread, ClaimOutcome outcome)
    {
        Verdict verdict = Judge(
            "fig14", Scale.Smoke,
            (point, seed) => (long)(1000 * Math.Pow(point.Width, -exponent) * (point.Width == 10 && seed % 2 == 1 ? 1 + spread : 1)) + seed);

        Assert.Equal(outcome, verdict.Outcome);
    }

    [Theory]
    [InlineData(0.2, 0.2, ClaimOutcome.Held)]
    [InlineData(0.2, 0.7, ClaimOutcome.NotHeld)]
    public void Wide_networks_must_leave_chance_at_once_for_most_seeds(double even, double odd, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "fig17", Scale.Laptop, (point, seed) => 1000, plateau: (point, seed) => point.Width == 10 ? 0.8 : seed % 2 == 0 ? even : odd).Outcome);

    [Fact]
    public void Smoke_scale_refutes_nothing()
    {
        Verdict verdict = Judge("fig14", Scale.Smoke, (point, seed) => 1000 / point.Width);

        Assert.Equal((ClaimOutcome.NotHeld, ClaimOutcome.Undecided), (verdict.Outcome, verdict.At(Scale.Smoke).Outcome));
        Assert.Equal(ClaimOutcome.NotHeld, verdict.At(Scale.Laptop).Outcome);
        Assert.Contains(verdict.Evidence, verdict.At(Scale.Smoke).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, ClaimOutcome.Held)]
    [InlineData(2, ClaimOutcome.NotHeld)]
    public void Sign_sgd_must_grow_more_slowly(double exponent, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "sign-sgd", Scale.Laptop,
        (point, seed) => (long)Math.Pow(point.N, point.Optimizer == Optimizer.SignSgd ? exponent : 1.5) + (seed % 3)).Outcome);

    [Theory]
    [InlineData(0.5, 0, ClaimOutcome.Held)]
    [InlineData(1.1, 0, ClaimOutcome.NotHeld)]
    // Half of the seeds take ten times as long under the mixture.
    [InlineData(0.9, 10, ClaimOutcome.NotHeld)]
    public void A_mixture_must_surely_be_faster_than_a_uniform_sample(double factor, int spread, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "mixed-inputs", Scale.Laptop,
        (point, seed) => (long)(point.Mixture == 0.5 ? 5000 * factor * (seed % 2 == 1 ? 1 + spread : 1) : 5000) + seed).Outcome);

    [Theory]
    [InlineData(1.0, ClaimOutcome.Held)]
    [InlineData(1.5, ClaimOutcome.NotHeld)]
    public void Medians_of_networks_must_be_the_published_ones(double factor, ClaimOutcome outcome)
    {
        Verdict verdict = Judge("fig1-right", Scale.Laptop, (point, seed) => (long)(factor * Published(point)) + (seed % 3));

        Assert.Equal(outcome, verdict.Outcome);
        Assert.Contains($"{(factor == 1 ? 40 : 0)} of 40 medians", verdict.Evidence, StringComparison.Ordinal);
    }

    /// <summary>Roughly the published medians, by power laws through them at n = 10 and 30.</summary>
    private static double Published(Point point)
    {
        (double at10, double at30) = (point.Model, point.Activation, point.K) switch
        {
            (Model.Polynet, _, 2) => (33.7, 46),
            (Model.Polynet, _, _) => (81.7, 160.5),
            (_, Activation.Relu, 2) => (14, 21.9),
            (_, Activation.Relu, _) => (46, 149.2),
            (_, Activation.Power, 2) => (16, 51.5),
            (_, Activation.Power, _) => (40.8, 142.9),
            (_, _, 2) => (31.8, 41.6),
            _ => (73.8, 172.8),
        };
        return at10 * Math.Pow(at30 / at10, Math.Log(point.N / 10.0) / Math.Log(3));
    }

    private static bool IsPolyNetWithSigns(Point point) => point.Model == Model.Polynet && point.Init == Init.Sign;

    /// <summary>At chance for a part of the steps, then right.</summary>
    private static RunCurve Curve(long steps, double plateau) =>
        new([At(0, 0.5), At((long)(plateau * steps), 0.6), At(steps, 1)], HasGap: false);

    private static CurvePoint At(long step, double accuracy) => new(step, 0, accuracy, accuracy, 0, 0, 0, 0);

    /// <summary>The verdict where run <c>seed</c> of a point takes these steps, and is at chance for a part of them.</summary>
    [Theory]
    [InlineData(-0.8, 0.02, ClaimOutcome.Held)]
    [InlineData(-0.5, 0.02, ClaimOutcome.NotHeld)]
    [InlineData(-0.8, null, ClaimOutcome.Undecided)]
    public void Steps_of_tasks_must_be_near_the_published_power_of_their_frequency(double exponent, double? spread, ClaimOutcome outcome)
    {
        Verdict verdict = Judge("quanta", Scale.Laptop, (_, _) => Unsolved, curve: (point, seed) => TaskCurve(point, (task, frequency) =>
            task < (spread is null ? 2 : 6) ? (long)(100 * Math.Pow(frequency, exponent + ((seed % 2 == 0 ? spread : -spread) ?? 0))) : TaskRecord.Never));

        Assert.Equal(outcome, verdict.Outcome);
        Assert.Contains("width^-1.00", verdict.Evidence, StringComparison.Ordinal);
        Assert.Contains("samples^-0.30", verdict.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 1, 5, ClaimOutcome.Held)]
    [InlineData(-1.2, 1, 5, ClaimOutcome.NotHeld)]
    [InlineData(-1, 1.4, 5, ClaimOutcome.NotHeld)]
    [InlineData(-1, 1, 2, ClaimOutcome.Undecided)]
    public void Steps_of_skills_must_be_those_that_the_first_predicts(double exponent, double delay, int learned, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "skills", Scale.Laptop, (_, _) => Unsolved, curve: (point, seed) => TaskCurve(point, (task, frequency) => task < learned
            ? (long)(1000 * (1 + (0.001 * seed)) * (task == 1 ? delay : 1) * Math.Pow(frequency, exponent))
            : TaskRecord.Never)).Outcome);

    [Theory]
    [InlineData(18, 0, ClaimOutcome.Held)]
    [InlineData(18, 15, ClaimOutcome.NotHeld)]
    [InlineData(3, 0, ClaimOutcome.NotHeld)]
    public void A_parity_must_be_learned_with_its_parts_and_not_alone(int together, int alone, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "composition", Scale.Laptop, (_, _) => Unsolved, curve: (point, seed) => TaskCurve(point, (task, _) =>
            task < point.Tasks.Count - 1 || seed < (point.Tasks.Count > 1 ? together : alone) ? 1000 * (task + 1) : TaskRecord.Never)).Outcome);

    [Theory]
    [InlineData(true, false, ClaimOutcome.Held)]
    [InlineData(true, true, ClaimOutcome.NotHeld)]
    [InlineData(false, false, ClaimOutcome.NotHeld)]
    public void The_parity_of_all_inputs_must_need_signs(bool signsLearn, bool gaussiansLearn, ClaimOutcome outcome) => Assert.Equal(outcome, Judge(
        "full-parity", Scale.Laptop, (point, seed) => (point.Init == Init.Rademacher && point.InitSigma < 1 ? signsLearn : gaussiansLearn && seed > 1) ? 500 : Unsolved).Outcome);

    /// <summary>A curve whose tasks are learned at the steps given.</summary>
    private static RunCurve TaskCurve(Point point, Func<int, double, long> learned) => new(
        [
            new CurvePoint(0, 0.7f, 0.5, 0.5, 0, 0, 0, float.NaN) { Loss = 0.7f },
            new CurvePoint(point.MaxSteps, 0.1f, 0.9, 0.9, 0.1f, 0.1f, 0.1f, float.NaN) { Loss = point.Samples > 0 ? MathF.Pow(point.Samples, -0.3f) : 2f / point.Width },
        ],
        HasGap: false)
    {
        Tasks = [.. TaskPlan.Of(point).Select((task, index) => new TaskRecord(learned(index, task.Frequency), 0.05f))],
        TaskCurves = [.. Enumerable.Repeat(0.05f, 2 * point.Tasks.Count)],
    };

    private static Verdict Judge(
        string name,
        Scale scale,
        Func<Point, long, long> steps,
        Func<Point, bool>? isRun = null,
        Func<Point, long, double>? plateau = null,
        Func<Point, long, RunCurve>? curve = null)
    {
        Experiment experiment = Catalogue.Find(name)!;
        var runs = new Dictionary<string, IReadOnlyList<PointRuns>>();
        foreach (ExperimentSweep sweep in experiment.Sweeps(scale))
        {
            PointRuns[] points = [.. sweep.Spec.Points().Where(point => isRun?.Invoke(point) ?? true).Select(point => new PointRuns(point))];
            foreach (PointRuns point in points)
            {
                for (long seed = 0; seed < sweep.Spec.Seeds; seed++)
                {
                    long time = steps(point.Point, seed);
                    point.Add(seed, time == Unsolved ? new SeedTime(0, Outcome.Diverged) : new SeedTime(time, Outcome.Solved), keepSeed: true);
                    if (curve is not null)
                        point.Keep(new RunRecord(0, seed, Outcome.Budget, point.Point.MaxSteps, 0.9), curve(point.Point, seed), ExperimentData.Curves);

                    if (plateau is not null)
                        point.Keep(new RunRecord(0, seed, Outcome.Solved, time, 1), Curve(time, plateau(point.Point, seed)), ExperimentData.Curves);
                }
            }

            runs[sweep.Name] = points;
        }

        using Device device = DeviceCatalog.OpenCpu(1);
        return experiment.Evaluate(new ExperimentData(scale, device, runs)).Verdict;
    }
}
