using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>A parity of many inputs as the last of several tasks, the others being parities of its parts, against the same parity alone.</summary>
internal sealed class Composition() : CurveExperiment(
    "composition",
    "A parity composed of others",
    "A network learns the parity of many inputs if it learns the parities of their parts at the same time, but not if it trains on that parity alone.",
    "Michaud, On the Creation of Narrow AI: Hierarchy and Nonlocality of Neural Network Skills, 2025, section 3")
{
    private const string Together = "together";
    private const string Alone = "alone";
    private const int Drawn = 5;

    private static readonly SweepSpec Setting = Multitask.Setting with { Epsilon = 1e-5, TaskBatch = [TaskBatch.Equal] };

    public override string Differences =>
        "At laptop scale n = 32 with three tasks of three inputs each and one of their nine, 500 samples a task and a step and η = 0.002, instead of n = 64, four tasks of four and one of sixteen, "
        + "2,000 samples and η = 0.001; the parity alone gets as many samples of its own as beside the others.";

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale)
    {
        string parts = At(scale, "c1:x1x2+c2:x3x4", "c1:x1-x3+c2:x4-x6+c3:x7-x9", "c1:x1-x4+c2:x5-x8+c3:x9-x12+c4:x13-x16");
        string whole = At(scale, "c1c2:x1-x4", "c1c2c3:x1-x9", "c1c2c3c4:x1-x16");
        int share = At(scale, 100, 500, 2000);
        int tasks = parts.Split('+').Length + 1;
        SweepSpec Of(string list, int count) => Setting with
        {
            N = [At(scale, 8, 32, 64)],
            Tasks = [TaskList.TryParse(list)!],
            Width = [At(scale, 40, 128, 128)],
            Batch = [share * count],
            Lr = [At(scale, 0.005, 0.002, 0.001)],
            Seeds = At(scale, 3, 12, 40),
            MaxSteps = At(scale, 1000, 5000, 200_000),
            Curve = CurveSteps.Every(At(scale, 25, 50, 500)),
        };
        return [new(Together, "with its parts", Of($"{parts}+{whole}", tasks)), new(Alone, "alone", Of(whole, 1))];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        double last = groups.Max(group => group.LastStep);
        LinePanel losses = new(null, LinePanel.Steps(last), Panel.Linear(AxisPosition.Left, "mean loss of the tasks (bits)", 0));
        TaskTimes together = new(data.Runs[Together][0]);
        TaskTimes alone = new(data.Runs[Alone][0]);
        double bit = TaskRecord.UnitOf(together.Point);
        foreach ((int look, CurveGroup group) in groups.Index())
            losses.Curves(group.First(Drawn), look, at => at.Loss / bit, group.Label);

        LinePanel learned = new(null, LinePanel.Steps(last), Panel.Rates(AxisPosition.Left, "runs that have learned the whole parity"));
        learned.Add(Share(together.Tasks[^1], last), 0, groups[0].Label).Add(Share(alone.Tasks[0], last), 1, groups[1].Label);
        string caption = $"Left: the first {Drawn} runs. Right: the share of {together.Tasks[0].Runs} runs whose loss on the parity of all parts was below {together.Point.TaskLoss} bits by then.\n{Settings(data)}";
        var figure = new Figure(Title, caption, [losses.LegendBelow().Model, learned.LegendBelow().Model], CurveGroup.Numbers(groups)) { Columns = 2, Width = 960, RowHeight = 360 };
        return new ExperimentResult(figure, Judge(together, alone.Tasks[0]).At(data.Scale));
    }

    /// <summary>Held if more runs learn the whole parity with its parts than without, by 95 % intervals that do not overlap.</summary>
    private static Verdict Judge(TaskTimes together, TaskTime alone)
    {
        TaskTime whole = together.Tasks[^1];
        WilsonInterval with = WilsonInterval.Of(whole.Steps.Count, whole.Runs);
        WilsonInterval without = WilsonInterval.Of(alone.Steps.Count, alone.Runs);
        string evidence = $"{whole.Steps.Count} of {whole.Runs} runs learn the parity of all parts with its parts ({100 * with.Low:0} to {100 * with.High:0} %), {alone.Steps.Count} of {alone.Runs} alone "
            + $"({100 * without.Low:0} to {100 * without.High:0} %); median steps of the parts {string.Join(", ", together.Tasks.SkipLast(1).Select(Median))}, of the whole {Median(whole)}";
        return Verdict.Of(with.Low > without.High, evidence);
    }

    private static string Median(TaskTime task) => task.Quantile(0.5) is { } median ? $"{median:0}" : "none";

    private static IEnumerable<(double X, double Y)> Share(TaskTime task, double last)
    {
        yield return (0, 0);
        foreach ((int index, double step) in task.Steps.Index())
        {
            yield return (step, index / (double)task.Runs);
            yield return (step, (index + 1) / (double)task.Runs);
        }

        yield return (last, task.Steps.Count / (double)task.Runs);
    }
}
