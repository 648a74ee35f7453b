using OxyPlot;
using OxyPlot.Series;
using ParityGpu.Figures;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using Xunit;
using Point = ParityGpu.Specs.Point;

namespace ParityGpu.Tests.Figures;

/// <summary>Marks stand where their values are, and axes have a place for every value.</summary>
public sealed class AxisTests
{
    private static readonly Point Standard = new(30, 3, 100, 64, 1);

    [Fact]
    public void Without_a_choice_x_is_what_varies()
    {
        PointRuns[] batches = [.. new[] { 16, 91, 110 }.Select(batch => Runs(Standard with { Batch = batch }, 100, 200))];

        Assert.Equal("batch", new PlotRequest(batches).Along("width").Name);
        Assert.Equal("batch", new PlotRequest(batches).Along("n").Name);
        Assert.Equal("width", new PlotRequest([.. batches, Runs(Standard with { Width = 10 }, 100)]).Along("width").Name);
        Assert.Equal("optimizer", new PlotRequest([Runs(Standard, 1), Runs(Standard with { Optimizer = Optimizer.Adam }, 1)]).Along("width").Name);
        Assert.Equal("width", new PlotRequest([Runs(Standard, 1)]).Along("width").Name);
    }

    /// <summary>Zero and words have places of their own, equally far apart from the numbers on both scales.</summary>
    [Fact]
    public void Zero_and_words_stand_beside_a_logarithmic_scale()
    {
        SpecSetting decay = SpecSetting.Find("weight-decay")!;
        var decays = new SettingAxis(decay, new[] { 0, 1e-5, 1e-4, 1e-3 }.Select(value => Standard with { WeightDecay = value }));
        Assert.Equal([-6, -5, -4, -3], new[] { 0, 1e-5, 1e-4, 1e-3 }.Select(value => Math.Round(decays.PlaceOf(Standard with { WeightDecay = value }), 9)));
        Assert.True(decays.HasBreak);

        SpecSetting noise = SpecSetting.Find("noise")!;
        var rates = new SettingAxis(noise, new[] { 0, 0.1, 0.2, 0.3 }.Select(value => Standard with { Noise = value }));
        Assert.Equal([0, 0.1, 0.2, 0.3], new[] { 0, 0.1, 0.2, 0.3 }.Select(value => rates.PlaceOf(Standard with { Noise = value })));
        Assert.False(rates.HasBreak);

        SpecSetting samples = SpecSetting.Find("samples")!;
        var mixed = new SettingAxis(samples, new[] { 0, 100, 1000 }.Select(value => Standard with { Samples = value }));
        Assert.Equal([4, 2, 3], new[] { 0, 100, 1000 }.Select(value => Math.Round(mixed.PlaceOf(Standard with { Samples = value }), 9)));

        SpecSetting optimizer = SpecSetting.Find("optimizer")!;
        var words = new SettingAxis(optimizer, Enum.GetValues<Optimizer>().Select(value => Standard with { Optimizer = value }));
        Assert.Equal(Enumerable.Range(0, Enum.GetValues<Optimizer>().Length).Select(i => (double)i), Enum.GetValues<Optimizer>().Select(value => words.PlaceOf(Standard with { Optimizer = value })));
    }

    /// <summary>Every box is nearest to the place of its own value, and the boxes of a place have it in their middle, on every scale.</summary>
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(7, null)]
    [InlineData(20, null)]
    [InlineData(7, AxisScale.Linear)]
    public void Boxes_of_several_series_stand_around_their_x(int series, AxisScale? scale)
    {
        int[] widths = [10, 30, 100, 1000];
        PointRuns[] points =
        [
            .. from n in Enumerable.Range(10, series)
               from width in widths
               select Runs(Standard with { N = n, Width = width }, 100, 200, 300),
        ];
        Figure figure = WidthPlot.Draw(new PlotRequest(points) { XScale = scale });

        PlotModel panel = figure.Panels[0];
        var axis = (SettingAxis)panel.Axes[0];
        double[] middles = [.. panel.Series.OfType<RectangleBarSeries>().SelectMany(boxes => boxes.Items).Select(box => (box.X0 + box.X1) / 2)];
        Assert.Equal(series * widths.Length, middles.Length);
        foreach ((int i, int width) in widths.Index())
        {
            double[] here = [.. middles.Where((_, box) => box % widths.Length == i)];
            double place = axis.PlaceOf(Standard with { N = 10, Width = width });
            Assert.Equal(place, here.Average(), 6);
            if (scale is null)
                Assert.All(here, middle => Assert.True(Math.Abs(middle - place) < axis.Closest / 2));
        }
    }

    [Fact]
    public void Twenty_series_have_twenty_colours()
    {
        Assert.Equal(PointSeries.Most, Enumerable.Range(0, PointSeries.Most).Select(Marks.Colour).Distinct().Count());
    }

    /// <summary>A box has edges only where its quartiles are times; what is later leads on with an arrow.</summary>
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(3, 0, 1)]
    [InlineData(4, 0, 0)]
    public void Boxes_are_open_where_runs_are_unsolved(int unsolved, int closed, int arrows)
    {
        var times = new TimeHistogram();
        for (int run = 1; run <= 4 - unsolved; run++)
            times.AddSolved(10 * run);

        for (int run = 0; run < unsolved; run++)
            times.AddUnsolved(1000);

        var panel = Panel.Empty();
        new BoxMarks(panel, 0, "runs", 0.5, 1000).Add(3, times);

        RectangleBarSeries boxes = panel.Series.OfType<RectangleBarSeries>().Single();
        DataPoint[] edges = [.. panel.Series.OfType<LineSeries>().First().Points];
        // A level piece from side to side: the lower and the upper edge.
        int level = edges.Chunk(3).Count(piece => piece[0].Y == piece[1].Y && piece[0].X == 2.5 && piece[1].X == 3.5);
        Assert.Equal(closed == 1 ? 2 : boxes.Items.Count, level);
        Assert.Equal(arrows, panel.Series.OfType<ScatterSeries>().Single().Points.Count);
        Assert.DoesNotContain(edges.Chunk(3), piece => piece[0].Y == 1000 && piece[1].Y == 1000);
    }

    [Fact]
    public void Panels_of_one_figure_begin_and_end_at_the_same_place()
    {
        PlotModel[] panels = [Panel.Empty(), Panel.Empty()];
        foreach ((int i, PlotModel panel) in panels.Index())
        {
            panel.Axes.Add(Panel.Linear(OxyPlot.Axes.AxisPosition.Bottom, "step", 0, 10));
            panel.Axes.Add(Panel.Linear(OxyPlot.Axes.AxisPosition.Left, "y", 0, i == 0 ? 1 : 1.25e-7));
            panel.Series.Add(new LineSeries { Title = $"series {i}" });
        }

        FigureFile.Svg(new Figure("Title", "Caption", panels, new NumberTable()) { SharedLegend = true });

        Assert.Equal(panels[0].PlotArea.Left, panels[1].PlotArea.Left, 6);
        Assert.Equal(panels[0].PlotArea.Right, panels[1].PlotArea.Right, 6);
    }

    /// <summary>Labels of a logarithmic axis are several, wherever it begins and ends, and do not touch.</summary>
    [Theory]
    [InlineData(7, 17)]
    [InlineData(1, 1.4)]
    [InlineData(20_000, 45_000)]
    [InlineData(3, 3e5)]
    [InlineData(1e-20, 1e20)]
    [InlineData(99, 101)]
    public void Logarithmic_axes_have_labels_that_do_not_touch(double least, double most)
    {
        PlotModel panel = Panel.Empty();
        panel.Axes.Add(Panel.Log(OxyPlot.Axes.AxisPosition.Bottom, "x", least, most));
        panel.Axes.Add(Panel.Log(OxyPlot.Axes.AxisPosition.Left, "y", least, most));

        FigureFile.Svg(new Figure("Title", "Caption", [panel], new NumberTable()) { Width = 420, RowHeight = 240 });

        foreach (OxyPlot.Axes.Axis axis in panel.Axes)
        {
            axis.GetTickValues(out IList<double> labels, out _, out _);
            double[] places = [.. labels.Select(axis.Transform).Order()];
            Assert.InRange(places.Length, 2, 12);
            Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First > (axis.IsHorizontal() ? 26 : 20), $"{string.Join(' ', labels)}"));
        }
    }

    /// <summary>Freedman and Diaconis: wide bins for few runs, and no bin below one step.</summary>
    [Theory]
    [InlineData(30, 3, 14)]
    [InlineData(3000, 18, 60)]
    public void Histograms_have_bins_for_their_sample(int seeds, int least, int most)
    {
        Figure figure = HistogramPlot.Draw(new PlotRequest([Runs(Standard, [.. Enumerable.Range(0, seeds).Select(i => 1000L + (i * 9973 % seeds * 3000 / seeds))])]));

        RectangleBarSeries bars = figure.Panels[0].Series.OfType<RectangleBarSeries>().Single();
        Assert.InRange(bars.Items.Count, least, most);
        Assert.Equal(seeds, figure.Numbers.Rows.Sum(row => (long)row[2]!));
    }

    [Fact]
    public void Times_in_samples_are_steps_times_batch()
    {
        PointRuns[] points = [.. new[] { 16, 64 }.Select(batch => Runs(Standard with { Batch = batch, MaxSteps = 1000 }, 100, 200, 300).InSamples())];
        Figure figure = WidthPlot.Draw(new PlotRequest(points) { Time = TimeUnit.Samples });

        Assert.Equal(["batch", "seeds", "solved", "successRate", "minSamples"], figure.Numbers.Columns.Take(5));
        Assert.Equal([3200.0, 12800.0], figure.Numbers.Rows.Select(row => (double)row[6]!));
        Assert.Equal([16_000, 64_000], points.Select(runs => runs.Limit));
    }

    private static PointRuns Runs(Point point, params long[] times)
    {
        var runs = new PointRuns(point);
        foreach (long time in times)
            runs.Times.AddSolved(time);

        return runs;
    }
}
