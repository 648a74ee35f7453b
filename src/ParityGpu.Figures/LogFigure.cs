using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures;

/// <summary>Kinds of figures that are drawn from any log.</summary>
public enum FigureKind
{
    /// <summary>Box plots over a setting, the width by default.</summary>
    Width,

    /// <summary>Medians over the inputs with fitted power laws.</summary>
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
}

/// <summary>What to draw of which logs.</summary>
/// <param name="Kind">The kind of figure.</param>
/// <param name="Logs">Paths of logs, put together as <c>parity summary</c> does.</param>
public sealed record LogFigure(FigureKind Kind, IReadOnlyList<string> Logs)
{
    /// <summary>Setting along the x axis, or null for the kind's own.</summary>
    public SpecSetting? X { get; init; }

    /// <summary>Setting along the y axis of a map, or null for the first that varies.</summary>
    public SpecSetting? Y { get; init; }

    /// <summary>Title, or null for the kind's own.</summary>
    public string? Title { get; init; }

    /// <summary>Values that points must have to be drawn.</summary>
    public IReadOnlyList<(SpecSetting Setting, IReadOnlyList<string> Values)> Where { get; init; } = [];

    /// <summary>Reads the logs and draws.</summary>
    /// <exception cref="UserErrorException">A log cannot be read, or there is nothing in it that this kind of figure shows.</exception>
    public Figure Draw()
    {
        var logs = new SummaryBuilder(Kind is FigureKind.Curves or FigureKind.Progress ? CurvePanels.MostCurves : 0);
        foreach (string path in Logs)
            logs.Add(path);

        string names = string.Join(' ', Logs);
        PointRuns[] chosen = [.. logs.Points.Where(Chosen)];
        if (chosen.Length == 0)
            throw new UserErrorException($"--where {Conditions}: no point of {names} is like that; must be values of its sweep");

        PointRuns[] finished = [.. chosen.Where(runs => runs.Times.Runs > 0)];
        if (finished.Length == 0)
            throw new UserErrorException($"{names}: has no finished run; must be a log with runs to draw");

        try
        {
            return Draw(Kind, new PlotRequest(finished) { X = X, Y = Y, Title = Title }).With(logs.Part is { } part ? [part] : []);
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
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of figure."),
    };

    private string Conditions => string.Join(' ', Where.Select(condition => $"{condition.Setting.Option[2..]}={string.Join(',', condition.Values)}"));

    private bool Chosen(PointRuns runs) =>
        Where.All(condition => condition.Values.Contains(condition.Setting.ValueOf(runs.Point)));
}
