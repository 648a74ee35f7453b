using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>A loss of every run over a setting, and the power law that it follows.</summary>
/// <param name="name">What the setting is called.</param>
/// <param name="points">A point for each of its values, with the same seeds.</param>
/// <param name="setting">Its value.</param>
/// <param name="loss">The loss of a run; 0 if it has none.</param>
internal sealed class LossOver(string name, IReadOnlyList<PointRuns> points, Func<Point, double> setting, Func<FinishedRun, double> loss)
{
    /// <summary>The mean of the exponents of the seeds that have a loss at every value.</summary>
    public StudentMean? Exponent { get; } = StudentMean.Of(
        from runs in points
        from run in runs.Curves
        where loss(run) > 0
        group (setting(runs.Point), loss(run)) by run.Record.Seed into seed
        let exponent = seed.Count() == points.Count ? PowerLawFit.Of([.. seed])?.Exponent : null
        where exponent is not null
        select exponent.Value);

    /// <summary>A panel with a mark for every run and the power law of all of them.</summary>
    /// <param name="axis">What the loss is called.</param>
    public PlotModel Draw(string axis)
    {
        PlotModel panel = Panel.Empty($"mean loss ∝ {name}^{{{Exponent?.Mean + 0.0:0.00}}}");
        panel.Legends.Clear();
        panel.Axes.Add(Panel.Log(AxisPosition.Bottom, name));
        panel.Axes.Add(Panel.Log(AxisPosition.Left, axis));
        (double X, double Y)[] all = [.. from runs in points from run in runs.Curves where loss(run) > 0 select (setting(runs.Point), loss(run))];
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
}
