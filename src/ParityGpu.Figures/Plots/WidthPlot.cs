using MathNet.Numerics;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Box plots of convergence times over a swept setting, the width by default (paper, figures 4 left and 14).</summary>
internal static class WidthPlot
{
    private const double WidestBox = 1.28;

    /// <summary>From the middle of a box to that of the next one of the same place, in half-widths.</summary>
    private const double Distance = 2.2;

    /// <summary>Corners of a curved line.</summary>
    private const int Corners = 100;

    public static Figure Draw(PlotRequest request, IReadOnlyList<PublishedSeries>? published = null)
    {
        SpecSetting x = request.X ?? SpecSetting.Find("width")!;
        IReadOnlyList<PointSeries> series = PointSeries.Along(request.Points, x);
        double limit = request.Points.Max(runs => runs.Point.MaxSteps);
        double halfWidth = HalfWidth(series);
        PlotModel panel = Panel.Empty();
        panel.Axes.Add(Panel.Log(AxisPosition.Bottom, SettingNames.Axis(x)));
        LogarithmicAxis steps = Panel.Log(AxisPosition.Left, "convergence time (steps)");
        panel.Axes.Add(steps);
        bool unsolved = false;
        for (int i = 0; i < series.Count; i++)
        {
            var boxes = new BoxMarks(panel, i, series[i].Label.Length > 0 ? series[i].Label : "trained runs", halfWidth);
            double shift = Shift(series, i, halfWidth);
            foreach ((double at, PointRuns runs) in series[i].Points.Where(point => point.Runs.Times.Runs > 0))
            {
                boxes.Add(at * shift, runs.Times, limit);
                unsolved |= MarkUnsolved(panel, at * shift, runs.Times, limit, i);
            }

        }

        if (x.Name == "width")
            AddRandomSearch(panel, series);

        AddPublished(panel, series, published ?? [], halfWidth);
        if (unsolved)
            steps.Maximum = limit * 1.6;

        string caption = $"Boxes: quartiles; bar: median; whiskers: first and last run; {request.Seeds} seeds a box."
            + (x.Name == "width" ? " Dotted: random search with r guesses a step, 1 + C(n,k)/r." : "")
            + (unsolved ? " Percentages: solved within the step limit, where that is not all runs." : "");
        return request.Figure("Convergence time over " + (x.Name == "width" ? "width" : SettingNames.Axis(x)), caption, [panel], TimeTable.Of(request.Points));
    }

    /// <summary>Boxes fill two fifths of the smallest distance, all series of one place together.</summary>
    private static double HalfWidth(IReadOnlyList<PointSeries> series)
    {
        double[] places = [.. series.SelectMany(s => s.Points.Select(point => point.X)).Distinct().Order()];
        double closest = places.Zip(places.Skip(1), (left, right) => right / left).DefaultIfEmpty(WidestBox).Min();
        return Math.Min(WidestBox, Math.Pow(closest, 0.4 / Math.Max(1, series.Count)));
    }

    private static bool MarkUnsolved(PlotModel panel, double x, TimeHistogram times, double limit, int series)
    {
        if (times.Solved == times.Runs)
            return false;

        panel.Annotations.Add(new TextAnnotation
        {
            Text = $"{100 * times.SolvedFraction:0.#} %",
            TextPosition = new DataPoint(x, limit),
            TextColor = Marks.Colour(series),
            FontSize = 10,
            StrokeThickness = 0,
            TextVerticalAlignment = VerticalAlignment.Bottom,
            TextHorizontalAlignment = HorizontalAlignment.Center,
        });
        return true;
    }

    /// <summary>A line for each problem, in the colour of its first series.</summary>
    private static void AddRandomSearch(PlotModel panel, IReadOnlyList<PointSeries> series)
    {
        var problems = series.Index().GroupBy(entry => (entry.Item.Points[0].Runs.Point.N, entry.Item.Points[0].Runs.Point.K)).ToArray();
        foreach (var problem in problems)
        {
            var line = new LineSeries
            {
                Title = problems.Length == 1 ? "random search" : $"random search, n = {problem.Key.N}, k = {problem.Key.K}",
                Color = problems.Length == 1 ? OxyColors.Gray : Marks.Colour(problem.First().Index),
                LineStyle = LineStyle.Dot,
                StrokeThickness = 1.5,
            };
            double hypotheses = SpecialFunctions.Binomial(problem.Key.N, problem.Key.K);
            double from = Math.Log10(problem.Min(entry => entry.Item.Points[0].X));
            double to = Math.Log10(problem.Max(entry => entry.Item.Points[^1].X));
            for (int i = 0; i <= Corners; i++)
            {
                double width = Math.Pow(10, from + ((to - from) * i / Corners));
                line.Points.Add(new DataPoint(width, 1 + (hypotheses / width)));
            }

            panel.Series.Add(line);
        }
    }

    /// <summary>Factor by which a series stands beside the others of its place.</summary>
    private static double Shift(IReadOnlyList<PointSeries> series, int index, double halfWidth) =>
        Math.Pow(halfWidth, Distance * (index - ((series.Count - 1) / 2.0)));

    private static void AddPublished(
        PlotModel panel, IReadOnlyList<PointSeries> series, IReadOnlyList<PublishedSeries> published, double halfWidth)
    {
        foreach (PublishedSeries values in published)
        {
            double shift = series.Index().Where(entry => entry.Item.Label == values.Label)
                .Select(entry => Shift(series, entry.Index, halfWidth)).DefaultIfEmpty(1).First();
            var quartiles = new LineSeries { Color = Marks.Published, StrokeThickness = 1, RenderInLegend = false };
            var medians = new ScatterSeries
            {
                Title = series.Count == 1 ? "published" : $"published, {values.Label}",
                MarkerType = MarkerType.Diamond,
                MarkerSize = series.Count == 1 ? 5 : 3.5,
                MarkerFill = OxyColors.White,
                MarkerStroke = Marks.Published,
                MarkerStrokeThickness = 1.4,
            };
            foreach ((double x, double median, double? q1, double? q3) in values.Points)
            {
                medians.Points.Add(new ScatterPoint(x * shift, median));
                if (q1 is { } low && q3 is { } high)
                    BoxMarks.Segment(quartiles, (x * shift, low), (x * shift, high));
            }

            panel.Series.Add(quartiles);
            panel.Series.Add(medians);
        }
    }
}
