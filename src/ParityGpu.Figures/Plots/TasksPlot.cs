using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Steps at which tasks were learned against their frequencies, with power laws (Michaud et al. 2023, figure 2).</summary>
internal static class TasksPlot
{
    private const int Corners = 60;

    public static Figure Draw(PlotRequest request)
    {
        PointRuns[] points = [.. request.Points.Where(HasTasks)];
        if (points.Length == 0)
            throw new UserErrorException("no run has records of tasks; must be the log of a sweep with --tasks and --curve");

        PointSeries.CheckCount(points.Length, "points", "series");
        TaskTimes[] times = [.. points.Select(runs => new TaskTimes(runs))];
        SpecSetting[] varying = [.. SpecSetting.Varying(points.Select(runs => runs.Point))];
        PlotModel panel = Steps(null, [.. times.Select(each => (PointSeries.LabelOf(each.Point, varying), each))], request);
        Point first = points[0].Point;
        string loss = first.Loss == Kernels.Loss.Logistic ? $"{first.TaskLoss} bits" : $"{first.TaskLoss}";
        int[] runs = [.. times.Select(each => each.Tasks[0].Runs).Distinct().Order()];
        string caption = $"Median steps of {(runs.Length == 1 ? $"{runs[0]}" : $"{runs[0]} to {runs[^1]}")} runs{(points.Length > 1 ? " each" : "")} until a task's loss on held-out samples of it was below {loss}, with quartiles; filled: tasks that every run learned, "
            + "open: tasks that more than half of the runs did. Lines: power laws of the filled ones, "
            + "their exponents means over the runs with 95 % intervals (Student).";
        (Point Point, FinishedRun Run)[] curves = [.. points.SelectMany(each => each.Curves.Where(TaskCurvesPanel.Has).Take(1).Select(run => (each.Point, run))).Take(1)];
        PlotModel[] panels = [panel, .. curves.Select(run => TaskCurvesPanel.Of(run.Point, run.Run, request.XScale ?? AxisScale.Log))];
        string shown = curves.Length == 0 ? "" : $" Last panel: {TaskCurvesPanel.Caption}{(points.Length > 1 ? $"; {PointSeries.LabelOf(curves[0].Point, varying)}" : "")}.";
        return request.Figure("When tasks are learned", caption + shown, panels, Numbers(request, times, varying)) with { SharedLegend = true };
    }

    /// <summary>A panel of the steps against frequencies.</summary>
    /// <param name="title">Above the panel; null for none.</param>
    /// <param name="series">Task times with their labels.</param>
    /// <param name="request">Scales and unit of time; null for steps on logarithmic axes.</param>
    public static PlotModel Steps(string? title, IReadOnlyList<(string Label, TaskTimes Times)> series, PlotRequest? request = null)
    {
        PlotModel panel = Panel.Empty(title);
        panel.Axes.Add(Panel.Scaled(request?.XScale ?? AxisScale.Log, AxisPosition.Bottom, "frequency of the task"));
        panel.Axes.Add(Panel.Scaled(request?.YScale ?? AxisScale.Log, AxisPosition.Left, $"{request?.Unit ?? "steps"} until it is learned"));
        foreach ((int index, (string label, TaskTimes times)) in series.Index())
            Add(panel, index, times, label);

        return panel;
    }

    private static bool HasTasks(PointRuns runs) => runs.Curves.Any(run => run.Curve!.Tasks.Length > 0);

    private static void Add(PlotModel panel, int index, TaskTimes times, string label)
    {
        string law = times.Exponent is { } exponent
            ? $"p^{{{exponent.Mean + 0.0:0.00}}}{ScalingPlot.ExponentInterval(exponent.Interval)}"
            : "";
        var learned = new ScatterSeries
        {
            Title = label.Length == 0 ? law : law.Length == 0 ? label : $"{label}: {law}",
            MarkerType = Marks.Marker(index),
            MarkerSize = 3,
            MarkerFill = Marks.Colour(index),
        };
        var partly = new ScatterSeries
        {
            MarkerType = Marks.Marker(index),
            MarkerSize = 3,
            MarkerFill = OxyColors.Transparent,
            MarkerStroke = Marks.Colour(index),
            MarkerStrokeThickness = 0.9,
            RenderInLegend = false,
        };
        var quartiles = new LineSeries { Color = OxyColor.FromAColor(110, Marks.Colour(index)), StrokeThickness = 1, RenderInLegend = false };
        foreach (TaskTime task in times.Tasks)
        {
            if (task.Quantile(0.5) is not { } median || median <= 0)
                continue;

            (task.IsLearned ? learned : partly).Points.Add(new ScatterPoint(task.Frequency, median));
            if (task.Quantile(0.25) is { } q1 && task.Quantile(0.75) is { } q3 && q3 > q1)
                BoxMarks.Segment(quartiles, (task.Frequency, q1), (task.Frequency, q3));
        }

        panel.Series.Add(quartiles);
        if (times.Law is { } fit)
            panel.Series.Add(Line(index, fit, [.. times.Fitted.Select(task => task.Frequency)]));

        panel.Series.Add(partly);
        panel.Series.Add(learned);
    }

    private static LineSeries Line(int index, PowerLawFit fit, double[] x)
    {
        var line = new LineSeries { Color = Marks.Colour(index), LineStyle = Marks.Dash(index), StrokeThickness = 1.5, RenderInLegend = false };
        double least = x.Min();
        for (int corner = 0; corner <= Corners; corner++)
        {
            double at = least * Math.Pow(x.Max() / least, (double)corner / Corners);
            line.Points.Add(new DataPoint(at, fit.At(at)));
        }

        return line;
    }

    private static NumberTable Numbers(PlotRequest request, TaskTimes[] times, SpecSetting[] varying) => new(
        [.. varying.Select(setting => setting.Name), "task", "frequency", "seeds", "learned", request.Column("q1"), request.Column("median"), request.Column("q3"), "finalLoss"],
        from point in times
        from task in point.Tasks
        select (object?[])
        [
            .. varying.Select(setting => setting.ValueOf(point.Point)), task.Number, task.Frequency, task.Runs, task.Steps.Count,
            task.Quantile(0.25), task.Quantile(0.5), task.Quantile(0.75), task.Loss,
        ]);
}
