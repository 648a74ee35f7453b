using System.Globalization;
using System.Text;
using System.Text.Json;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli;

/// <summary>Summaries as text, JSON and CSV.</summary>
internal static class SummaryOutput
{
    /// <summary>The fields of JSON objects and CSV rows: their name, and their value as a string, number or null.</summary>
    private static readonly (string Name, Func<PointSummary, object?> Value)[] Fields =
    [
        ("n", s => s.Point.N),
        ("k", s => s.Point.K),
        ("model", s => Text("model", s.Point)),
        ("activation", s => Text("activation", s.Point)),
        ("width", s => s.Point.Width),
        ("batch", s => s.Point.Batch),
        ("lr", s => s.Point.LearningRate),
        ("loss", s => Text("loss", s.Point)),
        ("init", s => Text("init", s.Point)),
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
    ];

    public static void Write(TextWriter output, string format, IReadOnlyList<PointSummary> summaries)
    {
        switch (format)
        {
            case "json":
                WriteJson(output, summaries);
                break;
            case "csv":
                WriteCsv(output, summaries);
                break;
            default:
                WriteText(output, summaries);
                break;
        }
    }

    /// <summary>Settings that all points share in a line, those that vary as columns.</summary>
    private static void WriteText(TextWriter output, IReadOnlyList<PointSummary> summaries)
    {
        SweepSpec[] points = [.. summaries.Select(summary => SweepSpec.Of(summary.Point))];
        SpecSetting[] settings = [.. SpecSetting.All.Where(setting => setting.Name is not ("seeds" or "firstSeed"))];
        SpecSetting[] varying = [.. settings.Where(setting => points.Select(p => setting.Values(p)[0]).Distinct().Count() > 1)];
        if (varying.Length == 0)
            varying = [.. settings.Where(setting => setting.Name == "width")];

        WriteShared(output, [.. settings.Except(varying).Select(s => $"{s.Option[2..]} {s.Values(points[0])[0]}")]);
        output.WriteLine();
        var table = new TextTable(
            [.. varying.Select(s => s.Option[2..]), "seeds", "solved", "success", "95% interval", "median", "q1-q3"])
        {
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
                s.Seeds == 0 ? "-" : $"{100 * s.SuccessRate:0.0}%",
                s.Seeds == 0 ? "-" : $"{100 * s.SuccessLow:0.0}-{100 * s.SuccessHigh:0.0}%",
                Time(s, s.Median),
                s.Seeds == 0 ? "-" : $"{Time(s, s.Q1)}-{Time(s, s.Q3)}",
            ]);
        }

        table.Write(output);
    }

    private static void WriteShared(TextWriter output, IReadOnlyList<string> settings)
    {
        const int Columns = 100;
        var line = new StringBuilder();
        foreach (string setting in settings)
        {
            if (line.Length > 0 && line.Length + setting.Length + 3 > Columns)
            {
                output.WriteLine(line.Append(','));
                line.Clear();
            }

            line.Append(line.Length > 0 ? ", " : "").Append(setting);
        }

        output.WriteLine(line);
    }

    private static string Time(PointSummary summary, double? time) =>
        time is { } steps ? $"{steps:0.#}" : summary.Seeds == 0 ? "-" : "never";

    private static void WriteJson(TextWriter output, IReadOnlyList<PointSummary> summaries) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartArray();
            foreach (PointSummary summary in summaries)
            {
                json.WriteStartObject();
                foreach ((string name, Func<PointSummary, object?> value) in Fields)
                    WriteField(json, name, value(summary));

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case string text:
                json.WriteString(name, text);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteCsv(TextWriter output, IReadOnlyList<PointSummary> summaries)
    {
        output.WriteLine(string.Join(',', Fields.Select(field => field.Name)));
        foreach (PointSummary summary in summaries)
            output.WriteLine(string.Join(',', Fields.Select(field => Convert.ToString(field.Value(summary), CultureInfo.InvariantCulture))));
    }

    private static string Text(string setting, Point point) => SpecSetting.Find(setting)!.Values(SweepSpec.Of(point))[0];
}
