using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Histograms of convergence times with the geometric law that random search would have (paper, figure 2 left).</summary>
internal static class HistogramPlot
{
    private const int Bins = 50;

    /// <summary>Where the axis ends: few runs are later, and some of them may be much later.</summary>
    private const double LastQuantile = 0.995;

    public static Figure Draw(PlotRequest request)
    {
        PointSeries.CheckCount(request.Points.Count, "points", "panel");

        var varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        var numbers = new NumberTable([.. varying.Select(setting => setting.Name), "from", "to", "runs", "fraction", "geometric"]);
        PlotModel[] panels = [.. request.Points.Select(runs => Histogram(runs, varying, numbers))];
        string caption = $"{request.Seeds} seeds a histogram; its last {100 * (1 - LastQuantile):0.#} % may lie beyond the axis. Dashed: geometric law of the "
            + "same mean, that of a search without memory. Thin line: median.";
        return request.Figure("Distribution of convergence times", caption, panels, numbers) with
        {
            Columns = panels.Length > 1 ? 2 : 1,
            RowHeight = panels.Length > 1 ? 270 : 400,
            Width = panels.Length > 1 ? 860 : 760,
        };
    }

    private static PlotModel Histogram(PointRuns runs, IReadOnlyList<SpecSetting> varying, NumberTable numbers)
    {
        TimeHistogram times = runs.Times;
        string label = PointSeries.LabelOf(runs.Point, varying);
        PlotModel panel = Panel.Empty(times.Solved == times.Runs ? label : $"{label} ({100 * times.SolvedFraction:0.##} % solved)".TrimStart());
        panel.Legends.Clear();
        double end = times.Solved == 0 ? runs.Point.MaxSteps : SolvedQuantile(times, LastQuantile);
        double bin = Math.Max(1, Math.Ceiling(end * 1.02 / Bins));
        var bars = new RectangleBarSeries { FillColor = Marks.Faint(0), StrokeColor = Marks.Colour(0), StrokeThickness = 0.6 };
        var law = new LineSeries { Color = Marks.Colour(1), LineStyle = LineStyle.Dash, StrokeThickness = 2 };
        double mean = times.Solved == 0 ? double.NaN : times.Mean!.Value;
        var counts = new long[Bins];
        foreach ((long step, long count) in times.Times)
        {
            // A run takes at least one step: bins are (0, w], (w, 2w], …
            int index = (int)((step - 1) / bin);
            if (index < Bins)
                counts[Math.Max(0, index)] += count;
        }

        for (int i = 0; i < Bins; i++)
        {
            double fraction = counts[i] / (double)times.Runs;
            double expected = Geometric(mean, (i + 1) * bin) - Geometric(mean, i * bin);
            bars.Items.Add(new RectangleBarItem(i * bin, 0, (i + 1) * bin, fraction));
            law.Points.Add(new DataPoint((i + 0.5) * bin, expected));
            numbers.Add([.. varying.Select(setting => setting.ValueOf(runs.Point)), i * bin, (i + 1) * bin, counts[i], fraction, expected]);
        }

        panel.Axes.Add(Panel.Linear(AxisPosition.Bottom, "convergence time (steps)", 0, Bins * bin));
        LinearAxis height = Panel.Linear(AxisPosition.Left, string.Create(CultureInfo.InvariantCulture, $"runs per {bin:0} steps"), 0);
        height.LabelFormatter = Panel.PercentLabel;
        panel.Axes.Add(height);
        panel.Series.Add(bars);
        panel.Series.Add(law);
        if (times.Quantile(0.5) is { } median)
        {
            panel.Annotations.Add(new OxyPlot.Annotations.LineAnnotation
            {
                Type = OxyPlot.Annotations.LineAnnotationType.Vertical,
                X = median,
                Color = OxyColors.Black,
                LineStyle = LineStyle.Solid,
                StrokeThickness = 0.8,
            });
        }

        return panel;
    }

    private static double SolvedQuantile(TimeHistogram times, double fraction)
    {
        long below = 0;
        foreach ((long step, long count) in times.Times)
        {
            below += count;
            if (below >= fraction * times.Solved)
                return step;
        }

        return 1;
    }

    /// <summary>P(T ≤ t) of a geometric time of the given mean.</summary>
    private static double Geometric(double mean, double t) => 1 - Math.Pow(1 - (1 / mean), t);
}
