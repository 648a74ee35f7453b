using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>A loss of every run over a setting, and the power law that it follows.</summary>
internal sealed class LossOver
{
    private readonly string name;
    private readonly (double X, double Loss)[] positive;

    /// <param name="name">What the setting is called.</param>
    /// <param name="points">A point for each of its values, with the same seeds.</param>
    /// <param name="setting">Its value.</param>
    /// <param name="loss">The loss of a run; 0 if it has none.</param>
    public LossOver(string name, IReadOnlyList<PointRuns> points, Func<Point, double> setting, Func<FinishedRun, double> loss)
    {
        this.name = name;
        var measured = (from runs in points from run in runs.Curves select (run.Record.Seed, At: (X: setting(runs.Point), Loss: loss(run)))).Where(run => run.At.Loss > 0).ToArray();
        positive = [.. measured.Select(run => run.At)];
        Exponent = StudentMean.Of(
            from run in measured
            group run.At by run.Seed into seed
            let exponent = seed.Count() == points.Count ? PowerLawFit.Of([.. seed])?.Exponent : null
            where exponent is not null
            select exponent.Value);
    }

    /// <summary>The mean of the exponents of the seeds that have a loss at every value.</summary>
    public StudentMean? Exponent { get; }

    /// <summary>A panel with a mark for every run and the power law of all of them.</summary>
    /// <param name="axis">What the loss is called.</param>
    public PlotModel Draw(string axis)
    {
        LinePanel panel = new LinePanel(
            $"mean loss ∝ {name}^{{{Exponent?.Mean + 0.0:0.00}}}", Panel.Log(AxisPosition.Bottom, name), Panel.Log(AxisPosition.Left, axis)).Plain();
        if (PowerLawFit.Of(positive) is { } fit)
            panel.Add(positive.Select(at => at.X).Distinct().Order().Select(x => (x, fit.At(x))), 0, thickness: 1.5);

        var marks = new ScatterSeries { MarkerType = Marks.Marker(0), MarkerSize = 2.5, MarkerFill = Marks.Colour(0) };
        marks.Points.AddRange(positive.Select(at => new ScatterPoint(at.X, at.Loss)));
        panel.Model.Series.Add(marks);
        return panel.Model;
    }
}
