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
/// Multitask sparse parity: the steps at which tasks are learned against their frequencies, and how the mean loss falls with steps, width and data.
/// </summary>
internal sealed class Quanta() : Experiment(
    "quanta",
    "Quanta: tasks, steps, width and data",
    "Tasks are learned one after the other, in a number of steps that falls as a power of their frequency, near p^-0.81, so the mean loss falls as a power of steps, of width and of data.",
    "Michaud, Liu, Girit, Tegmark, The Quantization Model of Neural Scaling, 2023, sections 3 and 4")
{
    private const string Tasks = "tasks";
    private const string Widths = "widths";
    private const string Samples = "samples";

    /// <summary>α of the figures that are not over α.</summary>
    private const double Alpha = 0.4;

    /// <summary>The published exponent of a task's steps against its frequency at this α.</summary>
    private const double PublishedSlope = -0.81;

    /// <summary>Of the mean loss against data the authors' model says −α/(α + 1).</summary>
    private const double PredictedSamples = -0.29;

    /// <summary>How far from the published slope the measured one may be.</summary>
    private const double Near = 0.1;

    private const int FewestTasks = 3;
    private const int Drawn = 5;
    private static readonly (double Alpha, double Widths, double Steps) Published = LossExponents.Published.First(at => at.Alpha == Alpha);
    private static readonly double Bit = TaskRecord.UnitOf(Multitask.Setting.Points().First());

    public override string Differences =>
        "At laptop scale 16 tasks of n = 24 (of 16 for widths and data) instead of 500 of 100, B = 1,000 (500 for the data) instead of 20,000, η = 0.002 instead of 0.001 and 6,000 (4,000, 3,000) steps instead of "
        + "200,000: with few tasks all frequencies are high, and the mean loss has no long tail of rare tasks, so its exponents are steeper than the published ones for small α and depend less on α. "
        + "Slopes are fitted over the tasks that every run learned, because the end of the runs cuts off slow ones among the others.";

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        SweepSpec one = Multitask.Setting with
        {
            K = [3],
            N = [At(scale, 10, 24, 100)],
            Tasks = [TaskList.TryParse(At(scale, "4", "16", "500"))!],
            Zipf = [Alpha],
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
                Zipf = At<ImmutableArray<double>>(scale, [Alpha, 0.8], [0.2, Alpha, 0.6, 0.8], [.. LossExponents.Published.Select(at => at.Alpha)]),
                Width = At<ImmutableArray<int>>(scale, [5, 20], [8, 16, 32, 64], [10, 20, 30, 50, 100, 150, 200, 300, 500]),
                MaxSteps = At(scale, 1000, 4000, 200_000),
                Curve = CurveSteps.Every(At(scale, 100, 50, 500)),
                CurveTasks = false,
            }),
            new(Samples, one with
            {
                N = [At(scale, 10, 16, 100)],
                Batch = [At(scale, 200, 500, 20_000)],
                Samples = At<ImmutableArray<int>>(scale, [400, 1600], [2000, 4000, 8000, 16_000], [30_000, 100_000, 300_000, 1_000_000, 3_000_000]),
                Seeds = At(scale, 3, 10, 20),
                MaxSteps = At(scale, 1000, 3000, 200_000),
                Curve = CurveSteps.Every(At(scale, 100, 50, 1000)),
                CurveTasks = false,
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        var times = new TaskTimes(data.Runs[Tasks][0]);
        CurveGroup group = CurveGroup.Of("", data.Runs[Tasks][0]);
        StudentMean? overSteps = LossExponents.OverSteps(data.Runs[Tasks][0]);
        PointRuns[] ofAlpha = [.. data.Runs[Widths].Where(runs => runs.Point.Zipf == Alpha)];
        LossExponents exponents = new(data.Runs[Widths], Last);
        LossOver widths = exponents.OverWidths(Alpha);
        LossOver samples = new("samples", data.Runs[Samples], point => point.Samples, Least);

        var losses = new LinePanel($"mean loss ∝ steps^{{{overSteps?.Mean + 0.0:0.00}}}", LinePanel.LogSteps(double.NaN, group.LastStep), Panel.Log(AxisPosition.Left, "mean loss (bits)"));
        losses.Plain().Curves(group.First(Drawn), 0, at => at.Loss / Bit);
        PlotModel[] panels =
        [
            TaskCurvesPanel.Of(times.Point, group.Runs[0], AxisScale.Log), TasksPlot.Steps("steps of a task", [("", times)]),
            losses.Model, widths.Draw("mean loss at the end (bits)"), samples.Draw("least mean loss (bits)"), exponents.Draw(),
        ];
        string caption = $"Top left: {TaskCurvesPanel.Caption}. Top right: median steps of {times.Tasks[0].Runs} runs until a task's loss is below {times.Point.TaskLoss} bits, with quartiles, and the power law of the tasks that all runs "
            + $"learned (filled); exponent {times.Exponent} (published {PublishedSlope}). Middle left: the mean loss of the first {Drawn} runs; the exponents of all runs, from the step at which the first "
            + $"task is learned, have mean {overSteps} (published {Published.Steps}). Middle right: mean loss at the end over width, {ofAlpha[0].Curves.Count} runs each; "
            + $"exponent {widths.Exponent} (published {Published.Widths}). Bottom left: the least held-out mean loss of a run over the points of its finite sample, "
            + $"{data.Runs[Samples][0].Curves.Count} runs each; exponent {samples.Exponent} (the authors' model: {PredictedSamples}). Bottom right: the exponents over width, and over steps at the largest width, for several α. "
            + $"Intervals are Student's over runs.\n{SettingNames.OfEach([("tasks", data.Runs[Tasks][0].Point), ("middle right", ofAlpha[^1].Point), ("bottom left", data.Runs[Samples][^1].Point)])}";
        var figure = new Figure(Title, caption, panels, Numbers(data, times)) { Columns = 2, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(times, overSteps, widths.Exponent, samples.Exponent, exponents).At(data.Scale));
    }

    private static Verdict Judge(TaskTimes times, StudentMean? overSteps, StudentMean? overWidth, StudentMean? overSamples, LossExponents exponents)
    {
        int fitted = times.Fitted.Count();
        string evidence = $"steps ∝ frequency^{times.Exponent} over the {fitted} of {times.Tasks.Count} tasks that all {times.Tasks[0].Runs} runs learned (published {PublishedSlope}); "
            + $"mean loss ∝ steps^{overSteps} (published {Published.Steps}), ∝ width^{overWidth} (published {Published.Widths}), ∝ samples^{overSamples} (the authors' model: {PredictedSamples}); at the scaling runs' {exponents}";
        return fitted < FewestTasks || times.Exponent?.Interval is not { Low: not null }
            ? Verdict.Undecided($"too few tasks or runs; {evidence}")
            : Verdict.Of(Math.Abs(times.Exponent.Mean - PublishedSlope) <= Near, evidence);
    }

    /// <summary>The mean loss at a run's end, in bits; 0 if it is not finite.</summary>
    private static double Last(FinishedRun run) => run.Curve!.Points[^1].Loss is var loss && float.IsFinite(loss) ? loss / Bit : 0;

    /// <summary>The least mean loss along a run, in bits, as if the run had been stopped there; 0 if none is finite.</summary>
    private static double Least(FinishedRun run) => run.Curve!.Points.Where(at => float.IsFinite(at.Loss)).Select(at => at.Loss / Bit).DefaultIfEmpty(0).Min();

    private static NumberTable Numbers(ExperimentData data, TaskTimes times)
    {
        var table = new NumberTable("sweep", "zipf", "width", "samples", "seed", "task", "frequency", "step", "loss");
        foreach (TaskTime task in times.Tasks)
        {
            foreach (FinishedRun run in data.Runs[Tasks][0].Curves)
            {
                TaskRecord record = run.Curve!.Tasks[task.Number - 1];
                table.Add(Tasks, times.Point.Zipf, times.Point.Width, null, run.Record.Seed, task.Number, task.Frequency, record.LearnedStep(), record.Loss / Bit);
            }
        }

        Add(Widths, Last);
        Add(Samples, Least);
        return table;

        void Add(string sweep, Func<FinishedRun, double> lossOf)
        {
            foreach (PointRuns runs in data.Runs[sweep])
            {
                int? samples = runs.Point.Samples > 0 ? runs.Point.Samples : null;
                foreach (FinishedRun run in runs.Curves)
                    table.Add(sweep, runs.Point.Zipf, runs.Point.Width, samples, run.Record.Seed, null, null, run.Record.Steps, lossOf(run));
            }
        }
    }
}
