using ParityGpu.Cli.Options;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Terminal;

/// <summary>Summaries as text, JSON and CSV.</summary>
internal static class SummaryOutput
{
    /// <summary>Settings that precede the results; all others follow them.</summary>
    private static readonly string[] FirstSettings = ["n", "k", "model", "activation", "width", "batch", "lr", "loss", "init"];

    /// <summary>Maximum number of cells in a histogram; fewer if a line has less room.</summary>
    private const int MostCells = 30;
    private const int FewestCells = 12;

    /// <summary>JSON objects and CSV rows.</summary>
    private static readonly ResultTable<PointSummary> Table = new(
    [
        .. FirstSettings.Select(name => Field(SpecSetting.Find(name)!)),
        new("seeds", s => s.Seeds),
        new("solved", s => s.Solved),
        new("successRate", s => s.SuccessRate),
        new("successLow", s => s.SuccessLow),
        new("successHigh", s => s.SuccessHigh),
        new("median", s => s.Median),
        new("q1", s => s.Q1),
        new("q3", s => s.Q3),
        new("min", s => s.Min),
        new("max", s => s.Max),
        .. SpecSetting.OfPoints.Where(setting => !FirstSettings.Contains(setting.Name)).Select(Field),
        new("medianLow", s => s.MedianInterval.Low),
        new("medianHigh", s => s.MedianInterval.High),
        new("planned", s => s.Planned),
        new("inFlight", s => s.InFlight),
        new("budget", s => s.Budget),
        new("diverged", s => s.Diverged),
        new("accuracy", s => s.Accuracy),
        new("tasksLearned", s => s.TasksLearned),
    ]);

    /// <summary>Outcomes of runs that are not solved; each is a column of the table if it occurs.</summary>
    private static readonly (string Heading, Func<PointSummary, long> Count)[] Ends =
        [("budget", s => s.Budget), ("diverged", s => s.Diverged), ("in flight", s => s.InFlight)];

    /// <summary>What is shown in place of times for runs that are never checked.</summary>
    private static readonly (string Heading, Func<PointSummary, string> Text)[] Levels =
    [
        ("mean accuracy", s => s.Accuracy is { } accuracy ? $"{Percentage.Of(accuracy)}%" : "-"),
        ("tasks learned", s => s.TasksLearned is { } learned ? $"{learned:0.#} of {s.Point.Tasks.Count}" : "-"),
    ];

    /// <summary>Columns of convergence times.</summary>
    private static readonly (string Heading, Func<PointSummary, string> Text)[] Times =
    [
        ("success", s => s.SuccessRate is { } rate ? $"{Percentage.Of(rate)}%" : "-"),
        ("95% interval", s => s is { SuccessLow: { } low, SuccessHigh: { } high } ? $"{Percentage.Of(low)}-{Percentage.Of(high)}%" : "-"),
        ("median", s => Time(s, s.Median, 0.5)),
        ("q1-q3", s => s.SuccessRate is null ? "-" : $"{Time(s, s.Q1, 0.25)}-{Time(s, s.Q3, 0.75)}"),
    ];

    public static void Write(TextWriter output, string format, SummaryBuilder summary)
    {
        IReadOnlyList<PointSummary> summaries = summary.Build();
        if (format != "text")
        {
            Table.Write(output, format, summaries);
            return;
        }

        WriteText(output, summaries, [.. summary.Points.Select(entry => entry.Times)]);
        if (summary.Part is { } part)
        {
            output.WriteLine();
            ScreenText.Write(output, part);
        }
    }

    /// <summary>
    /// Writes settings that all points share in a line and those that vary as columns, with a histogram of the times if there is room.
    /// </summary>
    private static void WriteText(TextWriter output, IReadOnlyList<PointSummary> summaries, TimeHistogram[] times)
    {
        SweepSpec[] points = [.. summaries.Select(summary => SweepSpec.Of(summary.Point))];
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(summaries.Select(summary => summary.Point));
        if (varying.Count == 0)
            varying = [.. SpecSetting.OfPoints.Where(setting => setting.Name == "width")];

        SettingValue.WriteLine(output, summaries[0].Point, varying);
        output.WriteLine();
        (string Heading, Func<PointSummary, long> Count)[] ends = [.. Ends.Where(end => summaries.Any(s => end.Count(s) > 0))];
        bool checkedRuns = summaries.Any(s => s.Point.Check != CheckTimes.Never);
        (string Heading, Func<PointSummary, string> Text)[] results =
        [
            .. checkedRuns ? Times : [],
            .. Levels.Where(level => summaries.Any(s => level.Text(s) != "-") && (!checkedRuns || level != Levels[0])),
        ];
        var table = new TextTable(
            [.. varying.Select(s => s.Option[2..]), "seeds", .. checkedRuns ? ["solved"] : (string[])[], .. ends.Select(end => end.Heading), .. results.Select(result => result.Heading)])
        {
            Keys = varying.Count,
            Left = [.. varying.Where(setting => !setting.IsNumber).Select(setting => setting.Option[2..])],
        };
        for (int i = 0; i < points.Length; i++)
        {
            PointSummary s = summaries[i];
            table.Add(
            [
                .. varying.Select(setting => setting.Values(points[i])[0]),
                $"{s.Seeds}",
                .. checkedRuns ? [$"{s.Solved}"] : (string[])[],
                .. ends.Select(end => $"{end.Count(s)}"),
                .. results.Select(result => result.Text(s)),
            ]);
        }

        int cells = Math.Min(MostCells, ScreenText.Columns(output) - table.Width - 2);
        if (cells >= FewestCells && TimeSparkline.Of(times, cells) is { } sparkline)
            table.AddColumn(sparkline.Axis, [.. times.Select(sparkline.Draw)]);

        table.Write(output);
    }

    /// <summary>A quantile: a time, "never" if too many runs diverged, or the step that it exceeds.</summary>
    public static string Time(PointSummary summary, double? time, double fraction) => time is { } steps
        ? $"{steps:0.#}"
        : summary.SuccessRate is null ? "-" : summary.IsNever(fraction) ? "never" : $">{summary.Horizon}";

    private static Field<PointSummary> Field(SpecSetting setting) => new(setting.Name, summary => SettingValue.Of(setting, summary.Point));
}
