using System.Globalization;
using ParityGpu.Cli.Options;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Terminal;

/// <summary>Summaries as text, JSON and CSV.</summary>
internal static class SummaryOutput
{
    /// <summary>Settings that precede the results; all others follow them.</summary>
    private static readonly string[] FirstSettings = ["n", "k", "model", "activation", "width", "batch", "lr", "loss", "init"];

    /// <summary>Cells of the histograms: as many as a line has room for.</summary>
    private const int MostCells = 30;
    private const int FewestCells = 12;

    /// <summary>The fields of JSON objects and CSV rows: their name, and their value as a string, number or null.</summary>
    private static readonly (string Name, Func<PointSummary, object?> Value)[] Fields =
    [
        .. FirstSettings.Select(Field),
        ("seeds", s => s.Seeds),
        ("solved", s => s.Solved),
        ("successRate", s => s.SuccessRate),
        ("successLow", s => s.SuccessLow),
        ("successHigh", s => s.SuccessHigh),
        ("median", s => s.Median),
        ("q1", s => s.Q1),
        ("q3", s => s.Q3),
        ("min", s => s.Min),
        ("max", s => s.Max),
        .. SpecSetting.OfPoints.Where(setting => !FirstSettings.Contains(setting.Name)).Select(setting => Field(setting.Name)),
        ("medianLow", s => s.MedianInterval.Low),
        ("medianHigh", s => s.MedianInterval.High),
        ("planned", s => s.Planned),
        ("inFlight", s => s.InFlight),
        ("budget", s => s.Budget),
        ("diverged", s => s.Diverged),
    ];

    /// <summary>What becomes of runs that are not solved; columns of the table where it occurs.</summary>
    private static readonly (string Heading, Func<PointSummary, long> Count)[] Ends =
        [("budget", s => s.Budget), ("diverged", s => s.Diverged), ("in flight", s => s.InFlight)];

    public static void Write(TextWriter output, string format, SummaryBuilder summary)
    {
        IReadOnlyList<PointSummary> summaries = summary.Build();
        switch (format)
        {
            case "json":
                WriteJson(output, summaries);
                break;
            case "csv":
                WriteCsv(output, summaries);
                break;
            default:
                WriteText(output, summaries, [.. summary.Points.Select(entry => entry.Times)]);
                if (summary.Part is { } part)
                {
                    output.WriteLine();
                    ScreenText.Write(output, part);
                }

                break;
        }
    }

    /// <summary>Settings that all points share in a line, those that vary as columns; a histogram of the times where there is room.</summary>
    private static void WriteText(TextWriter output, IReadOnlyList<PointSummary> summaries, TimeHistogram[] times)
    {
        SweepSpec[] points = [.. summaries.Select(summary => SweepSpec.Of(summary.Point))];
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(summaries.Select(summary => summary.Point));
        if (varying.Count == 0)
            varying = [.. SpecSetting.OfPoints.Where(setting => setting.Name == "width")];

        SettingValue.WriteLine(output, summaries[0].Point, varying);
        output.WriteLine();
        (string Heading, Func<PointSummary, long> Count)[] ends = [.. Ends.Where(end => summaries.Any(s => end.Count(s) > 0))];
        var table = new TextTable(
            [.. varying.Select(s => s.Option[2..]), "seeds", "solved", .. ends.Select(end => end.Heading), "success", "95% interval", "median", "q1-q3"])
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
                $"{s.Solved}",
                .. ends.Select(end => $"{end.Count(s)}"),
                s.SuccessRate is null ? "-" : $"{100 * s.SuccessRate:0.0}%",
                s.SuccessRate is null ? "-" : $"{100 * s.SuccessLow:0.0}-{100 * s.SuccessHigh:0.0}%",
                Time(s, s.Median, 0.5),
                s.SuccessRate is null ? "-" : $"{Time(s, s.Q1, 0.25)}-{Time(s, s.Q3, 0.75)}",
            ]);
        }

        int cells = Math.Min(MostCells, ScreenText.Columns(output) - table.Width - 2);
        if (cells >= FewestCells && TimeSparkline.Of(times, cells) is { } sparkline)
            table.AddColumn(sparkline.Axis, [.. times.Select(sparkline.Draw)]);

        table.Write(output);
    }

    /// <summary>A quantile: a time, "never" where so many runs diverged, or the step that it is beyond.</summary>
    public static string Time(PointSummary summary, double? time, double fraction) => time is { } steps
        ? $"{steps:0.#}"
        : summary.SuccessRate is null ? "-" : summary.IsNever(fraction) ? "never" : $">{summary.Horizon}";

    private static void WriteJson(TextWriter output, IReadOnlyList<PointSummary> summaries) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartArray();
            foreach (PointSummary summary in summaries)
            {
                json.WriteStartObject();
                foreach ((string name, Func<PointSummary, object?> value) in Fields)
                    JsonOutput.WriteField(json, name, value(summary));

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteCsv(TextWriter output, IReadOnlyList<PointSummary> summaries)
    {
        output.WriteLine(string.Join(',', Fields.Select(field => field.Name)));
        foreach (PointSummary summary in summaries)
            output.WriteLine(string.Join(',', Fields.Select(field => CsvCell.OfValue(field.Value(summary)))));
    }

    private static (string Name, Func<PointSummary, object?> Value) Field(string name)
    {
        SpecSetting setting = SpecSetting.Find(name)!;
        return (name, summary => SettingValue.Of(setting, summary.Point));
    }
}
