using System.Collections.Immutable;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Multitask sparse parity: the steps at which tasks are learned against their frequencies, and how the mean loss falls with steps and with width.
/// </summary>
internal sealed class Quanta() : Experiment(
    "quanta",
    "Quanta: tasks, steps and width",
    "Tasks are learned one after the other, in a number of steps that falls as a power of their frequency, near p^-0.81, so the mean loss falls as a power of steps and of width.",
    "Michaud, Liu, Girit, Tegmark, The Quantization Model of Neural Scaling, 2023, sections 3 and 4")
{
    private const string Tasks = "tasks";
    private const string Widths = "widths";

    /// <summary>
    /// Published exponents at α = 0.4: of a task's steps against its frequency, and of the mean loss against steps and against width.
    /// </summary>
    private const double PublishedSlope = -0.81;
    private const double PublishedSteps = -0.346;
    private const double PublishedWidths = -0.378;

    /// <summary>How far from the published slope the measured one may be.</summary>
    private const double Near = 0.1;

    /// <summary>
    /// Points of a curve per factor of e to which the power law over steps is fitted, so that early steps count as much as late ones.
    /// </summary>
    private const double FitDensity = 4;

    private const int FewestTasks = 3;
    private const int Drawn = 5;
    private static readonly double Bit = TaskRecord.UnitOf(Multitask.Setting.Points().First());

    public override string Differences =>
        "At laptop scale 16 tasks of n = 24 (of 16 for the widths) instead of 500 of 100, B = 1,000 instead of 20,000, η = 0.002 instead of 0.001 and 6,000 (4,000) steps instead of "
        + "200,000: with few tasks all frequencies are high, and the mean loss has no long tail of rare tasks, so its exponents are steeper than the published ones. "
        + "Slopes are fitted over the tasks that every run learned, because the end of the runs cuts off slow ones among the others.";

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        SweepSpec one = Multitask.Setting with
        {
            K = [3],
            N = [At(scale, 10, 24, 100)],
            Tasks = [TaskList.TryParse(At(scale, "4", "16", "500"))!],
            Width = [At(scale, 40, 100, 500)],
            Batch = [At(scale, 200, 1000, 20_000)],
            Lr = [At(scale, 0.005, 0.002, 0.001)],
            Seeds = At(scale, 3, 20, 20),
            MaxSteps = At(scale, 1500, 6000, 200_000),
            Curve = CurveSteps.Every(At(scale, 25, 50, 100)),
            CurveTasks = true,
        };
        return
        [
            new(Tasks, one),
            new(Widths, one with
            {
                N = [At(scale, 10, 16, 100)],
                Width = At<ImmutableArray<int>>(scale, [5, 20], [8, 16, 32, 64], [10, 20, 30, 50, 100, 150, 200, 300, 500]),
                MaxSteps = At(scale, 1000, 4000, 200_000),
                Curve = CurveSteps.Every(At(scale, 1000, 1000, 20_000)),
                CurveTasks = false,
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        var times = new TaskTimes(data.Runs[Tasks][0]);
        CurveGroup group = CurveGroup.Of("", data.Runs[Tasks][0]);
        double first = times.Tasks[0].Steps.DefaultIfEmpty(1).Min();
        StudentMean? overSteps = StudentMean.Of(group.Runs.Select(run => OverSteps(run, first)).OfType<double>());
        StudentMean? overWidth = StudentMean.Of(OverWidth(data.Runs[Widths]));

        var losses = new LinePanel($"mean loss ∝ steps^{{{overSteps?.Mean + 0.0:0.00}}}", LinePanel.LogSteps(double.NaN, group.LastStep), Panel.Log(AxisPosition.Left, "mean loss (bits)"));
        losses.Plain().Curves(group.First(Drawn), 0, at => at.Loss / Bit);
        PlotModel[] panels =
        [
            TaskCurvesPanel.Of(times.Point, group.Runs[0], AxisScale.Log), TasksPlot.Steps("steps of a task", [("", times)]),
            losses.Model, LossOverWidth(data.Runs[Widths], overWidth),
        ];
        string caption = $"Top left: {TaskCurvesPanel.Caption}. Top right: median steps of {times.Tasks[0].Runs} runs until a task's loss is below {times.Point.TaskLoss} bits, with quartiles, and the power law of the tasks that all runs "
            + $"learned (filled); exponent {times.Exponent} (published {PublishedSlope}). Bottom left: the mean loss of the first {Drawn} runs; the exponents of all runs, from the step at which the first "
            + $"task is learned, have mean {overSteps} (published {PublishedSteps}). Bottom right: mean loss at the end over width, {data.Runs[Widths][0].Curves.Count} runs each; "
            + $"exponent {overWidth} (published {PublishedWidths}). Intervals are Student's over runs.\n{SettingNames.OfEach([("tasks", data.Runs[Tasks][0].Point), ("bottom right", data.Runs[Widths][^1].Point)])}";
        var figure = new Figure(Title, caption, panels, Numbers(data, times)) { Columns = 2, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(times, overSteps, overWidth).At(data.Scale));
    }

    private static Verdict Judge(TaskTimes times, StudentMean? overSteps, StudentMean? overWidth)
    {
        int fitted = times.Fitted.Count();
        string evidence = $"steps ∝ frequency^{times.Exponent} over the {fitted} of {times.Tasks.Count} tasks that all {times.Tasks[0].Runs} runs learned (published {PublishedSlope}); "
            + $"mean loss ∝ steps^{overSteps} (published {PublishedSteps}), ∝ width^{overWidth} (published {PublishedWidths})";
        return fitted < FewestTasks || times.Exponent?.Interval is not { Low: not null }
            ? Verdict.Undecided($"too few tasks or runs; {evidence}")
            : Verdict.Of(Math.Abs(times.Exponent.Mean - PublishedSlope) <= Near, evidence);
    }

    /// <summary>The exponent of a run's mean loss from a step on.</summary>
    private static double? OverSteps(FinishedRun run, double from)
    {
        var points = new List<(double X, double Y)>();
        foreach (CurvePoint at in run.Curve!.Points.Where(at => at.Step >= from && at.Loss > 0 && float.IsFinite(at.Loss)))
        {
            if (points.Count == 0 || Math.Log(at.Step / points[^1].X) >= 1 / FitDensity)
                points.Add((at.Step, at.Loss));
        }

        return PowerLawFit.Of(points)?.Exponent;
    }

    /// <summary>The exponents of the last mean loss over the width, one for each seed.</summary>
    private static IEnumerable<double> OverWidth(IReadOnlyList<PointRuns> widths) =>
        from runs in widths
        from run in runs.Curves
        where Last(run) > 0
        group ((double)runs.Point.Width, Last(run)) by run.Record.Seed into seed
        let exponent = seed.Count() == widths.Count ? PowerLawFit.Of([.. seed])?.Exponent : null
        where exponent is not null
        select exponent.Value;

    private static double Last(FinishedRun run) => run.Curve!.Points[^1].Loss is var loss && float.IsFinite(loss) ? loss / Bit : 0;

    private static PlotModel LossOverWidth(IReadOnlyList<PointRuns> widths, StudentMean? exponent)
    {
        PlotModel panel = Panel.Empty($"mean loss ∝ width^{{{exponent?.Mean + 0.0:0.00}}}");
        panel.Legends.Clear();
        panel.Axes.Add(Panel.Log(AxisPosition.Bottom, "width"));
        panel.Axes.Add(Panel.Log(AxisPosition.Left, "mean loss at the end (bits)"));
        (double X, double Y)[] all = [.. from runs in widths from run in runs.Curves where Last(run) > 0 select ((double)runs.Point.Width, Last(run))];
        var marks = new ScatterSeries { MarkerType = Marks.Marker(0), MarkerSize = 2.5, MarkerFill = Marks.Colour(0) };
        marks.Points.AddRange(all.Select(at => new ScatterPoint(at.X, at.Y)));
        if (PowerLawFit.Of(all) is { } fit)
        {
            var line = new LineSeries { Color = Marks.Colour(0), StrokeThickness = 1.5 };
            line.Points.AddRange(all.Select(at => at.X).Distinct().Order().Select(x => new DataPoint(x, fit.At(x))));
            panel.Series.Add(line);
        }

        panel.Series.Add(marks);
        return panel;
    }

    private static NumberTable Numbers(ExperimentData data, TaskTimes times)
    {
        var table = new NumberTable("sweep", "width", "seed", "task", "frequency", "step", "loss");
        foreach (TaskTime task in times.Tasks)
        {
            foreach (FinishedRun run in data.Runs[Tasks][0].Curves)
            {
                TaskRecord record = run.Curve!.Tasks[task.Number - 1];
                table.Add(Tasks, times.Point.Width, run.Record.Seed, task.Number, task.Frequency, record.IsLearned ? record.Learned : null, record.Loss / Bit);
            }
        }

        foreach (PointRuns runs in data.Runs[Widths])
        {
            foreach (FinishedRun run in runs.Curves)
                table.Add(Widths, runs.Point.Width, run.Record.Seed, null, null, run.Record.Steps, Last(run));
        }

        return table;
    }
}
