using System.Globalization;
using ParityGpu.Cli.Options;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Terminal;

/// <summary>One run and its curve as text, JSON and CSV.</summary>
internal static class CurveOutput
{
    private static readonly (string Name, string Heading, Func<CurvePoint, object> Value)[] Columns =
    [
        ("step", "step", point => point.Step),
        .. CurveMeasure.All.Select(measure => (measure.Name, measure.Heading, (Func<CurvePoint, object>)measure.Number)),
    ];

    public static void Write(TextWriter output, TextWriter error, string format, Point point, in FinishedRun run)
    {
        RunCurve curve = run.Curve!;
        switch (format)
        {
            case "json":
                WriteJson(output, point, run.Record, curve);
                break;
            case "csv":
                WriteCsv(output, curve);
                WriteEnd(error, run.Record);
                break;
            default:
                SettingValue.WriteLine(output, point, []);
                output.WriteLine();
                WriteTable(output, curve);
                output.WriteLine();
                WriteEnd(output, run.Record);
                break;
        }
    }

    /// <summary>How the run ended, in a line.</summary>
    public static void WriteEnd(TextWriter output, in RunRecord run) => output.WriteLine(run.Outcome switch
    {
        Outcome.Solved => $"seed {run.Seed}: solved after {run.Steps} steps, held-out accuracy {run.Accuracy:P1}",
        Outcome.Diverged => $"seed {run.Seed}: diverged after {run.Steps} steps",
        _ => $"seed {run.Seed}: not solved in {run.Steps} steps, held-out accuracy {run.Accuracy:P1}",
    });

    private static (string Name, string Heading, Func<CurvePoint, object> Value)[] ColumnsOf(RunCurve curve) =>
        curve.HasGap ? Columns : Columns[..^1];

    private static void WriteTable(TextWriter output, RunCurve curve)
    {
        var columns = ColumnsOf(curve);
        var table = new TextTable([.. columns.Select(column => column.Heading)]);
        foreach (CurvePoint point in curve.Points)
            table.Add([.. columns.Select(column => Cell(column.Value(point)))]);

        table.Write(output);
    }

    private static string Cell(object value) => value switch
    {
        float number => $"{number:G5}",
        double fraction => $"{fraction:0.0000}",
        _ => $"{value}",
    };

    private static void WriteCsv(TextWriter output, RunCurve curve)
    {
        var columns = ColumnsOf(curve);
        output.WriteLine(string.Join(',', columns.Select(column => column.Name)));
        foreach (CurvePoint point in curve.Points)
            output.WriteLine(string.Join(',', columns.Select(column => CsvCell.OfValue(column.Value(point)))));
    }

    private static void WriteJson(TextWriter output, Point point, RunRecord run, RunCurve curve) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            foreach (SpecSetting setting in SpecSetting.OfPoints)
                JsonOutput.WriteField(json, setting.Name, SettingValue.Of(setting, point));

            json.WriteNumber("seed", run.Seed);
            json.WriteString("outcome", new NameKind<Outcome>().Format(run.Outcome));
            json.WriteNumber("steps", run.Steps);
            JsonOutput.WriteField(json, "accuracy", run.Accuracy);
            json.WriteStartArray("curve");
            foreach (CurvePoint at in curve.Points)
            {
                json.WriteStartObject();
                foreach (var (name, _, value) in ColumnsOf(curve))
                    JsonOutput.WriteField(json, name, value(at));

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
