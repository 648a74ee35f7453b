using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures;

/// <summary>Kinds of figures that are drawn from any log.</summary>
public enum FigureKind
{
    /// <summary>Box plots against a setting, the width by default.</summary>
    Width,

    /// <summary>Medians against n with fitted power laws.</summary>
    Scaling,

    /// <summary>Fractions of solved runs over time.</summary>
    Solved,

    /// <summary>Histograms of times, one for each point.</summary>
    Histogram,

    /// <summary>Loss, accuracy and ρ over training.</summary>
    Curves,

    /// <summary>Movement of relevant and irrelevant weights over training.</summary>
    Progress,

    /// <summary>Success rates over two settings.</summary>
    SuccessMap,

    /// <summary>Steps at which tasks were learned against their frequencies.</summary>
    Tasks,
}

/// <summary>What to draw of which logs.</summary>
/// <param name="Kind">The kind of figure.</param>
/// <param name="Logs">Paths of logs, combined as <c>parity summary</c> does.</param>
public sealed record LogFigure(FigureKind Kind, IReadOnlyList<string> Logs) : FigureOptions
{
    /// <summary>Seeds of the runs to draw; empty for all.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>Values that points must have to be drawn.</summary>
    public PointFilter Where { get; init; } = PointFilter.None;

    /// <summary>Reads the logs and draws.</summary>
    /// <exception cref="UserErrorException">A log cannot be read, or it contains nothing that this kind of figure shows.</exception>
    public Figure Draw()
    {
        CheckOptions();
        var logs = new SummaryBuilder(Kind is FigureKind.Curves or FigureKind.Progress ? CurvePanels.MostCurves : Kind == FigureKind.Tasks ? int.MaxValue : 0)
        {
            Seeds = Seeds.Count > 0 ? Seeds.ToHashSet() : null,
        };
        foreach (string path in Logs)
            logs.Add(path);

        string names = string.Join(' ', Logs);
        logs.Keep(Where, names);
        PointRuns[] finished = [.. logs.Points.Where(runs => runs.Times.Runs > 0)];
        if (finished.Length == 0)
        {
            throw new UserErrorException(Seeds.Count > 0
                ? $"--where {SeedCondition}: no finished run of {names} has that seed; must be seeds of its runs"
                : $"{names}: has no finished run; must be a log with runs to draw");
        }

        if (Time == TimeUnit.Samples)
            finished = [.. finished.Select(runs => runs.InSamples())];

        try
        {
            var request = new PlotRequest(finished, this) { Selection = Seeds.Count > 0 ? $"Only runs with {SeedCondition}." : null };
            return Draw(Kind, request).With(logs.Part is { } part ? [part] : []);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException(e.Message.StartsWith('-') ? e.Message : $"{names}: {e.Message}", e);
        }
    }

    private static Figure Draw(FigureKind kind, PlotRequest request) => kind switch
    {
        FigureKind.Width => WidthPlot.Draw(request),
        FigureKind.Scaling => ScalingPlot.Draw(request),
        FigureKind.Solved => SolvedPlot.Draw(request),
        FigureKind.Histogram => HistogramPlot.Draw(request),
        FigureKind.Curves => CurvesPlot.Draw(request),
        FigureKind.Progress => ProgressPlot.Draw(request),
        FigureKind.SuccessMap => SuccessMapPlot.Draw(request),
        FigureKind.Tasks => TasksPlot.Draw(request),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of figure."),
    };

    /// <summary>Rejects options that this kind of figure ignores.</summary>
    private void CheckOptions()
    {
        Need(X?.Option[2..], "--x", FigureKind.Width, FigureKind.Scaling, FigureKind.SuccessMap);
        Need(Y?.Option[2..], "--y", FigureKind.SuccessMap);
        Need(Name(XScale), "--x-scale", FigureKind.Width, FigureKind.Scaling, FigureKind.Solved, FigureKind.Curves, FigureKind.Progress, FigureKind.Tasks);
        Need(Name(YScale), "--y-scale", FigureKind.Width, FigureKind.Scaling, FigureKind.Curves, FigureKind.Progress, FigureKind.Tasks);
        if (Kind == FigureKind.SuccessMap)
            Need(Time == TimeUnit.Samples ? "samples" : null, "--time", [.. Enum.GetValues<FigureKind>().Except([Kind])]);
    }

    private static string? Name(AxisScale? scale) => scale is { } given ? new NameKind<AxisScale>().Format(given) : null;

    private void Need(string? value, string option, params FigureKind[] kinds)
    {
        if (value is not null && !kinds.Contains(Kind))
        {
            string[] names = [.. kinds.Select(new NameKind<FigureKind>().Format)];
            string others = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
            throw new UserErrorException($"{option} {value}: must be used with --kind {others}");
        }
    }

    private string SeedCondition => $"seed={string.Join(',', Seeds)}";
}
