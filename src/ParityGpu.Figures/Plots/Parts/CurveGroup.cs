using MathNet.Numerics.Statistics;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Runs with curves that are drawn alike.</summary>
/// <param name="Label">Their name in legends, titles and tables.</param>
/// <param name="Runs">Runs with their curves, by ascending seed; diverged ones too.</param>
internal sealed record CurveGroup(string Label, IReadOnlyList<FinishedRun> Runs)
{
    /// <summary>The group of a point's runs.</summary>
    public static CurveGroup Of(string label, PointRuns runs) => new(label, runs.Curves);

    /// <summary>The solved runs.</summary>
    public IEnumerable<FinishedRun> Solved => Runs.Where(run => run.Record.Outcome == Outcome.Solved);

    /// <summary>Last step of any run.</summary>
    public long LastStep => Runs.Max(run => run.Record.Steps);

    /// <summary>The same group with the runs of its lowest seeds only.</summary>
    public CurveGroup First(int runs) => this with { Runs = [.. Runs.Take(runs)] };

    /// <summary>The same for its solved runs.</summary>
    public CurveGroup FirstSolved(int runs) => this with { Runs = [.. Solved.Take(runs)] };

    /// <summary>Median of a quantity over the solved runs that have it; null if none has.</summary>
    public double? Median(Func<FinishedRun, double?> quantity)
    {
        double[] values = [.. Solved.Select(quantity).OfType<double>()];
        return values.Length == 0 ? null : values.Median();
    }

    /// <summary>The curves of groups as numbers, one row per measured step.</summary>
    public static NumberTable Numbers(IEnumerable<CurveGroup> groups)
    {
        CurveGroup[] all = [.. groups];
        CurveMeasure[] measures = CurveMeasure.Of(all.SelectMany(each => each.Runs).Select(run => run.Curve!));
        return new NumberTable(
            ["group", .. Columns(measures)],
            from each in all
            from run in each.Runs
            from at in run.Curve!.Points
            select (object?[])[each.Label, .. Cells(measures, run, at)]);
    }

    /// <summary>Names of the columns of <see cref="Cells"/>.</summary>
    public static IEnumerable<string> Columns(CurveMeasure[] measures) => ["seed", "step", .. measures.Select(measure => measure.Name)];

    /// <summary>A curve's point as a row of numbers.</summary>
    public static IEnumerable<object?> Cells(CurveMeasure[] measures, FinishedRun run, CurvePoint at) =>
        [run.Record.Seed, at.Step, .. measures.Select(measure => measure.Number(at))];
}
