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
    private const int MostBins = 60;

    /// <summary>Number of bins if all times are about the same, so that their spread gives no bin width.</summary>
    private const int Few = 12;

    /// <summary>Number of points on the law's curve.</summary>
    private const int Corners = 200;

    /// <summary>Where the axis ends: few runs are later, and some of them may be much later.</summary>
    private const double LastQuantile = 0.995;

    public static Figure Draw(PlotRequest request)
    {
        PointSeries.CheckCount(request.Points.Count, "points", "panel");

        var varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        var numbers = new NumberTable([.. varying.Select(setting => setting.Name), request.Column("from"), request.Column("to"), "runs", "fraction", "geometric"]);
        PlotModel[] panels = [.. request.Points.Select(runs => Histogram(runs, varying, numbers, request.Unit))];
        string caption = $"{request.Seeds} a histogram; its last {100 * (1 - LastQuantile):0.#} % may lie beyond the axis. Bins are as wide as Freedman and Diaconis advise for "
            + "the sample. Dashed: the geometric law that fits solved and censored runs best, that of a search without memory. Thin line: median."
            + (panels.Length > 1 ? " Each panel has axes of its own." : "");
        return request.Figure("Distribution of convergence times", caption, panels, numbers) with
        {
            Columns = panels.Length > 8 ? 3 : panels.Length > 1 ? 2 : 1,
            RowHeight = panels.Length > 1 ? 270 : 400,
            Width = panels.Length > 8 ? 1140 : panels.Length > 1 ? 860 : 760,
        };
    }

    private static PlotModel Histogram(PointRuns runs, IReadOnlyList<SpecSetting> varying, NumberTable numbers, string unit)
    {
        TimeHistogram times = runs.Times;
        string label = PointSeries.LabelOf(runs.Point, varying);
        PlotModel panel = Panel.Empty(times.Solved == times.Runs ? label : $"{label} ({Percentage.Of(times.SolvedFraction ?? 0, "0.##")} % solved)".TrimStart());
        panel.Legends.Clear();
        double end = times.Solved == 0 ? runs.Limit : SolvedQuantile(times, LastQuantile);
        double bin = BinWidth(times, end);
        int bins = (int)Math.Ceiling(end / bin);
        var bars = new RectangleBarSeries { FillColor = Marks.Faint(0), StrokeColor = Marks.Colour(0), StrokeThickness = 0.6 };
        var law = new LineSeries { Color = Marks.Colour(1), LineStyle = LineStyle.Dash, StrokeThickness = 2 };
        double mean = times.Solved == 0 ? double.NaN : times.Steps / times.Solved;
        var counts = new long[bins];
        foreach ((long step, long count) in times.Times)
        {
            // A run takes at least one step: bins are (0, w], (w, 2w], …
            int index = Math.Max(0, (int)((step - 1) / bin));
            if (index < bins)
                counts[index] += count;
        }

        double possible = 1 - (times.Never / (double)times.Runs);
        for (int i = 0; i < bins; i++)
        {
            double fraction = counts[i] / (double)times.Runs;
            bars.Items.Add(new RectangleBarItem(i * bin, 0, (i + 1) * bin, fraction));
            numbers.Add([.. varying.Select(setting => setting.ValueOf(runs.Point)), i * bin, (i + 1) * bin, counts[i], fraction, Expected((i + 0.5) * bin)]);
        }

        if (times.Solved > 0)
            law.Points.AddRange(Enumerable.Range(0, Corners + 1).Select(i => bin * (0.5 + ((bins - 1) * i / (double)Corners))).Select(at => new DataPoint(at, Expected(at))));

        panel.Axes.Add(Panel.Linear(AxisPosition.Bottom, $"convergence time ({unit})", 0, bins * bin));
        LinearAxis height = Panel.Linear(AxisPosition.Left, $"runs per {bin:N0} {unit}", 0);
        height.LabelFormatter = Panel.PercentLabel;
        if (times.Solved == 0)
            height.Maximum = 1;

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

        // Fraction of all runs in a bin around a time.
        double Expected(double at) => possible * (Geometric(mean, at + (bin / 2)) - Geometric(mean, at - (bin / 2)));
    }

    /// <summary>2 · (third − first quartile) · runs^(-1/3), in whole steps (D. Freedman, P. Diaconis 1981), of the solved runs.</summary>
    private static double BinWidth(TimeHistogram times, double end)
    {
        double spread = times.Solved == 0 ? 0 : SolvedQuantile(times, 0.75) - SolvedQuantile(times, 0.25);
        double width = spread > 0 ? 2 * spread / Math.Cbrt(times.Solved) : end / Few;
        return Math.Max(1, Math.Ceiling(Math.Max(width, end / MostBins)));
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
