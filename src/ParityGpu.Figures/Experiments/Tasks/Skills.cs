using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Multitask parity with real targets ±S: how strongly each task, a skill, is expressed over the steps, and whether the first skill predicts the others.
/// </summary>
internal sealed class Skills() : Experiment(
    "skills",
    "Skills that emerge one by one",
    "The steps until a skill emerges are inversely proportional to its frequency, so the most frequent one predicts when the others do.",
    "Nam, Fonseca, Lee, Mingard, Louis, An Exactly Solvable Model for Emergence and Scaling Laws in the Multitask Sparse Parity Problem, 2024")
{
    private const string Sweep = "skills";

    /// <summary>S, the size of the targets.</summary>
    private const double TargetScale = 5;

    /// <summary>A skill has emerged at this fraction of its full strength.</summary>
    private const double Half = 0.5;

    /// <summary>The model's exponent of the steps against the frequency.</summary>
    private const double Predicted = -1;

    /// <summary>How far from it the measured one may be.</summary>
    private const double Near = 0.1;

    /// <summary>Greatest factor between a skill's median steps and the predicted ones.</summary>
    private const double Factor = 1.25;

    private const int FewestSkills = 3;

    public override string Differences =>
        "B = 512 is ours; η = 0.02 and σ = 0.01 are the published rate nearest to the model's gradient flow and the largest published σ. A skill's strength is taken from its loss E[(S·g − f)²] as S − √loss, which is the coefficient of g in f where f has no other part "
        + "in that task's samples; other parts lower it.";

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
    [
        new(Sweep, new SweepSpec
        {
            N = [At(scale, 10, 32, 32)],
            Target = [Target.TryParse($"{TargetScale}{At(scale, "x1x2", "x1x2x3", "x1x2x3")}")!],
            Tasks = [TaskList.TryParse(At(scale, "3", "5", "5"))!],
            Zipf = [0.6],
            Width = [At(scale, 100, 1000, 1000)],
            Batch = [At(scale, 128, 512, 512)],
            Lr = [At(scale, 0.05, 0.02, 0.02)],
            Loss = [Loss.Square],
            Init = [Init.Gaussian],
            InitSigma = [At(scale, 0.1, 0.01, 0.01)],
            Check = CheckTimes.Never,
            TestSamples = 512,
            TaskLoss = Math.Pow((1 - Half) * TargetScale, 2),
            Seeds = At(scale, 3, 8, 20),
            MaxSteps = At(scale, 600, 12_000, 15_000),
            Curve = CurveSteps.Logarithmic(40),
            CurveTasks = true,
        }),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns runs = data.Runs[Sweep][0];
        var times = new TaskTimes(runs);
        FinishedRun shown = runs.Curves[0];
        LinePanel strengths = new(null, LinePanel.LogSteps(10, shown.Record.Steps), Panel.Linear(AxisPosition.Left, "strength of the skill", 0, 1.1));
        Func<double, double>? solution = Solution([.. Strengths(shown, 0)]);
        foreach (TaskTime task in times.Tasks)
        {
            int look = task.Number - 1;
            strengths.Add(Strengths(shown, look), look, $"p = {task.Frequency:0.00}", LineStyle.Solid);
            if (solution is not null)
                strengths.Add(shown.Curve!.Points.Select(at => ((double)at.Step, solution(at.Step / Slower(times, task)))), look, dash: LineStyle.Dash, thickness: 1);
        }

        string caption = $"Left: strengths of the skills of frequency p in the run of seed {shown.Record.Seed}, as fractions of S = {TargetScale}; dashed: the solution of the authors' model, fitted to the most frequent skill alone. "
            + $"Right: median steps of {times.Tasks[0].Runs} runs until a skill has half its strength, with quartiles, and the power law of those that all runs learned (filled).\n{SettingNames.Shared([times.Point])}";
        var figure = new Figure(Title, caption, [strengths.LegendBelow().Model, TasksPlot.Steps(null, [("", times)])], Numbers(runs, times))
        {
            Columns = 2,
            Width = 960,
            RowHeight = 360,
        };
        return new ExperimentResult(figure, Judge(times).At(data.Scale));
    }

    private static Verdict Judge(TaskTimes times)
    {
        int fitted = times.Fitted.Count();
        double?[] factors = [.. times.Tasks.Skip(1).Select(task => task.Quantile(0.5) / (times.Tasks[0].Quantile(0.5) * Slower(times, task)))];
        string evidence = $"steps ∝ frequency^{times.Exponent} over the {fitted} of {times.Tasks.Count} skills that all {times.Tasks[0].Runs} runs learned (the model: {Predicted}); "
            + $"median steps over those that the first skill predicts: {string.Join(", ", factors.Select(factor => factor is null ? "none" : $"{factor:0.00}"))}";
        return fitted < FewestSkills || times.Exponent?.Interval is not { Low: not null }
            ? Verdict.Undecided($"too few skills or runs; {evidence}")
            : Verdict.Of(Math.Abs(times.Exponent.Mean - Predicted) <= Near && factors.All(factor => factor is >= 1 / Factor and <= Factor), evidence);
    }

    /// <summary>The steps of a skill over those of the first one, as the model predicts them.</summary>
    private static double Slower(TaskTimes times, TaskTime task) => times.Tasks[0].Frequency / task.Frequency;

    /// <summary>A skill's strength along a run, as a fraction of S.</summary>
    private static IEnumerable<(double Step, double Strength)> Strengths(FinishedRun run, int task)
    {
        RunCurve curve = run.Curve!;
        return curve.Points.Select((at, i) => ((double)at.Step, 1 - (Math.Sqrt(curve.TaskLosses(i)[task]) / TargetScale)));
    }

    /// <summary>
    /// The model's strength of the first skill after t steps, 1/(1 + exp(L·(1 − t/t_1))), with L and t_1 from its measured strengths; null where it does
    /// not emerge.
    /// </summary>
    private static Func<double, double>? Solution((double Step, double Strength)[] first)
    {
        if (Crossing(first, 0.25) is not { } early || Crossing(first, Half) is not { } half || Crossing(first, 0.75) is not { } late || late <= early)
            return null;

        // The solution passes from 1/4 to 3/4 while its exponent falls by 2·ln 3.
        double steepness = 2 * Math.Log(3) * half / (late - early);
        return steps => 1 / (1 + Math.Exp(steepness * (1 - (steps / half))));
    }

    /// <summary>The step at which a strength first reaches a level, between two points of the curve; null if it does not.</summary>
    private static double? Crossing((double Step, double Strength)[] strengths, double level)
    {
        int above = Array.FindIndex(strengths, at => at.Strength >= level);
        if (above < 1)
            return null;

        (double Step, double Strength) from = strengths[above - 1];
        (double Step, double Strength) to = strengths[above];
        return from.Step + ((to.Step - from.Step) * (level - from.Strength) / (to.Strength - from.Strength));
    }

    private static NumberTable Numbers(PointRuns runs, TaskTimes times)
    {
        var table = new NumberTable("seed", "task", "frequency", "step", "predicted");
        foreach (FinishedRun run in runs.Curves)
        {
            foreach ((TaskTime task, TaskRecord record) in times.Tasks.Zip(run.Curve!.Tasks))
                table.Add(run.Record.Seed, task.Number, task.Frequency, record.LearnedStep(), run.Curve.Tasks[0].LearnedStep() * Slower(times, task));
        }

        return table;
    }
}
