using MathNet.Numerics;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Box plots of convergence times against a swept setting, the width by default (paper, figures 4 left and 14).</summary>
internal static class WidthPlot
{
    /// <summary>Fraction of the distance between two places that boxes take, and fraction of its share that a box fills.</summary>
    private const double Filled = 0.8;
    private const double BoxPart = 0.8;

    /// <summary>Minimum widths of boxes, alone and beside others, as fractions of the axis, however close the places are.</summary>
    private const double NarrowestAlone = 0.012;
    private const double NarrowestBeside = 0.003;

    /// <summary>Fractions of the axis that a percentage takes, written horizontally and vertically.</summary>
    private const double LevelText = 0.065;
    private const double UprightText = 0.02;

    /// <summary>Number of points on a curved line.</summary>
    private const int Corners = 100;

    public static Figure Draw(PlotRequest request, IReadOnlyList<PublishedSeries>? published = null)
    {
        SpecSetting x = request.Along("width");
        IReadOnlyList<PointSeries> series = PointSeries.Along(request.Points, x);
        var axis = new SettingAxis(x, request.Points.Select(runs => runs.Point), request.XScale);
        var places = new Places(axis, series);
        double top = Top(request.Points);
        PlotModel panel = Panel.Empty();
        panel.Axes.Add(axis);
        bool random = x.Name == "width" && request.Time == TimeUnit.Steps;
        for (int i = 0; i < series.Count; i++)
        {
            string label = series[i].Label.Length > 0 || !random ? series[i].Label : "trained runs";
            var boxes = new BoxMarks(panel, i, label, places.HalfWidth, top);
            foreach ((_, PointRuns runs) in series[i].Points)
                boxes.Add(places.Of(i, runs), runs.Times);
        }

        (double least, double most) = random ? AddRandomSearch(panel, axis, series, places.HalfWidth) : (top, top);
        double highest = Math.Max(top, most);
        AddPublished(panel, axis, series, places, published ?? []);
        string rates = AddRates(panel, series, places, highest);
        axis.MarkBreaks(panel);
        panel.Axes.Add(TimeAxis(request, least, highest, rates.Length > 0));

        string caption = "Boxes: quartiles; bar: median; whiskers: first and last run"
            + (rates.Length > 0 ? "; open with an arrow: later than the step limit, or never" : "")
            + $"; {request.Seeds} a box."
            + (series.Count > 1 ? " Boxes of one place stand around it, from left to right as in the legend." : "")
            + (random ? " Dotted: random search with r guesses a step, 1 + C(n,k)/r." : "") + rates;
        return request.Figure("Convergence time over " + (x.Name == "width" ? "width" : SettingNames.Axis(x)), caption, [panel], TimeTable.Of(request)) with
        {
            SharedLegend = true,
        };
    }

    /// <summary>Last step of any run that has one; budgets far beyond all times would only squeeze the times.</summary>
    private static double Top(IReadOnlyList<PointRuns> points) => points
        .SelectMany(runs => runs.Times.Times.Concat(runs.Times.Censorings)).Select(entry => (double)entry.Step)
        .DefaultIfEmpty(points.Max(runs => runs.Limit)).Max();

    /// <summary>The axis of times, with room above them for percentages.</summary>
    /// <param name="request">What is drawn.</param>
    /// <param name="lowest">The smallest value drawn besides the times of runs.</param>
    /// <param name="highest">The largest value drawn.</param>
    /// <param name="rates">Whether there are percentages.</param>
    private static Axis TimeAxis(PlotRequest request, double lowest, double highest, bool rates)
    {
        AxisScale scale = request.YScale ?? AxisScale.Log;
        Axis axis = Panel.Scaled(scale, AxisPosition.Left, $"convergence time ({request.Unit})");
        double least = request.Points.Select(runs => runs.Times.Quantile(0) ?? double.NaN).Where(double.IsFinite).DefaultIfEmpty(highest / 10).Min();
        if (request.Points.All(runs => runs.Times.Solved == 0))
            axis.Minimum = scale == AxisScale.Log ? Math.Min(least, lowest / 1.1) : 0;

        if (rates)
            axis.Maximum = scale == AxisScale.Log ? highest * Math.Pow(Math.Max(highest / least, 10), 0.17) : highest * 1.17;

        return axis;
    }

    /// <summary>Adds solved percentages above places with unsolved runs; returns what the caption says about them.</summary>
    private static string AddRates(PlotModel panel, IReadOnlyList<PointSeries> series, Places places, double highest)
    {
        (int Series, PointRuns Runs)[] unsolved =
            [.. series.Index().SelectMany(entry => entry.Item.Points.Where(point => point.Runs.Times.Solved < point.Runs.Times.Runs).Select(point => (entry.Index, point.Runs)))];
        if (unsolved.Length == 0)
            return "";

        double[] at = [.. unsolved.Select(entry => places.Of(entry.Series, entry.Runs)).Order()];
        double closest = at.Zip(at.Skip(1), (left, right) => right - left).DefaultIfEmpty(places.Range).Min() / places.Range;
        if (closest < UprightText)
        {
            foreach ((int index, PointRuns runs) in unsolved.Where(entry => entry.Runs.Times.Solved == 0))
            {
                var cross = new ScatterSeries { MarkerType = MarkerType.Cross, MarkerSize = 3, MarkerStroke = Marks.Colour(index), RenderInLegend = false };
                cross.Points.Add(new ScatterPoint(places.Of(index, runs), highest));
                panel.Series.Add(cross);
            }

            return " Crosses: no run solved; the percentages that are solved have no room here (they are among the numbers).";
        }

        foreach ((int index, PointRuns runs) in unsolved)
        {
            bool upright = closest < LevelText;
            panel.Annotations.Add(new TextAnnotation
            {
                Text = $"{Percentage.Of(runs.Times.SolvedFraction ?? 0, "0.#")} %",
                TextPosition = new DataPoint(places.Of(index, runs), highest),
                TextColor = Marks.Colour(index),
                TextRotation = upright ? -90 : 0,
                Offset = new ScreenVector(0, -7),
                FontSize = 10,
                StrokeThickness = 0,
                TextVerticalAlignment = upright ? VerticalAlignment.Middle : VerticalAlignment.Bottom,
                TextHorizontalAlignment = upright ? HorizontalAlignment.Left : HorizontalAlignment.Center,
            });
        }

        return " Percentages: solved within the step limit, where that is not all runs.";
    }

    /// <summary>Adds a line for each problem, in the colour of its first series; returns their smallest and largest values.</summary>
    private static (double Least, double Most) AddRandomSearch(PlotModel panel, SettingAxis axis, IReadOnlyList<PointSeries> series, double beyond)
    {
        (double least, double most) = (double.PositiveInfinity, 0);
        var problems = series.Index().GroupBy(entry => (entry.Item.Points[0].Runs.Point.N, entry.Item.Points[0].Runs.Point.K)).ToArray();
        foreach (var problem in problems)
        {
            var line = new LineSeries
            {
                Title = problem != problems[0] ? null : problems.Length == 1 ? "random search" : "random search, each in the colour of its runs",
                Color = problems.Length == 1 ? OxyColors.Gray : Marks.Colour(problem.First().Index),
                LineStyle = LineStyle.Dot,
                StrokeThickness = 1.5,
            };
            double hypotheses = SpecialFunctions.Binomial(problem.Key.N, problem.Key.K);
            foreach (double width in axis.Between(problem.Min(entry => entry.Item.Points[0].X), problem.Max(entry => entry.Item.Points[^1].X), Corners, beyond))
                line.Points.Add(new DataPoint(axis.At(width), 1 + (hypotheses / width)));

            (least, most) = (Math.Min(least, line.Points[^1].Y), Math.Max(most, line.Points[0].Y));
            panel.Series.Add(line);
        }

        return (least, most);
    }

    private static void AddPublished(
        PlotModel panel, SettingAxis axis, IReadOnlyList<PointSeries> series, Places places, IReadOnlyList<PublishedSeries> published)
    {
        foreach (PublishedSeries values in published)
        {
            PointSeries? drawn = series.FirstOrDefault(s => s.Label == values.Label);
            int index = drawn is null ? -1 : series.Index().First(entry => entry.Item == drawn).Index;
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
                PointRuns? runs = drawn?.Points.FirstOrDefault(point => point.X == x).Runs;
                double place = runs is null ? axis.At(x) : places.Of(index, runs);
                medians.Points.Add(new ScatterPoint(place, median));
                if (q1 is { } low && q3 is { } high)
                    BoxMarks.Segment(quartiles, (place, low), (place, high));
            }

            panel.Series.Add(quartiles);
            panel.Series.Add(medians);
        }
    }

    /// <summary>The places of boxes: those of one value side by side around its place.</summary>
    private sealed class Places
    {
        private readonly SettingAxis axis;
        private readonly Dictionary<double, int[]> at;
        private readonly double share;

        public Places(SettingAxis axis, IReadOnlyList<PointSeries> series)
        {
            this.axis = axis;
            at = series.Index().SelectMany(entry => entry.Item.Points.Select(point => (entry.Index, Place: axis.PlaceOf(point.Runs.Point))))
                .GroupBy(entry => entry.Place, entry => entry.Index).ToDictionary(group => group.Key, group => group.ToArray());
            int most = at.Values.Max(beside => beside.Length);
            share = axis.Closest * Filled / most;
            double narrowest = Range * (most == 1 ? NarrowestAlone : NarrowestBeside);
            HalfWidth = Math.Clamp(share * BoxPart, narrowest, Range / 10) / 2;
        }

        /// <summary>Length of the axis.</summary>
        public double Range => axis.Maximum - axis.Minimum;

        public double HalfWidth { get; }

        public double Of(int series, PointRuns runs)
        {
            double place = axis.PlaceOf(runs.Point);
            int[] beside = at[place];
            return place + ((Array.IndexOf(beside, series) - ((beside.Length - 1) / 2.0)) * share);
        }
    }
}
