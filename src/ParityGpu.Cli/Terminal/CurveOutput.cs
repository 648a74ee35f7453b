using ParityGpu.Cli.Options;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Terminal;

/// <summary>One run and its curve as text, JSON and CSV.</summary>
internal static class CurveOutput
{
    private static readonly Field<CurvePoint>[] Fields =
    [
        Field("step", "step", point => point.Step),
        .. CurveMeasure.All.Select(measure => Field(measure.Name, measure.Heading, point => measure.Number(point))),
    ];

    public static void Write(TextWriter output, TextWriter error, string format, Point point, in FinishedRun run)
    {
        RunCurve curve = run.Curve!;
        var table = new ResultTable<CurvePoint>(curve.HasGap ? Fields : Fields[..^1]);
        switch (format)
        {
            case "json":
                WriteJson(output, point, run.Record, curve, table);
                break;
            case "csv":
                table.Write(output, format, curve.Points);
                WriteEnd(error, run.Record);
                break;
            default:
                SettingValue.WriteLine(output, point, []);
                output.WriteLine();
                table.Write(output, format, curve.Points);
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

    private static Field<CurvePoint> Field(string name, string heading, Func<CurvePoint, object> value) => new(name, value, heading, point => value(point) switch
    {
        float number => $"{number:G5}",
        double fraction => $"{fraction:0.0000}",
        var step => $"{step}",
    });

    private static void WriteJson(TextWriter output, Point point, RunRecord run, RunCurve curve, ResultTable<CurvePoint> table) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            foreach (SpecSetting setting in SpecSetting.OfPoints)
                JsonOutput.WriteField(json, setting.Name, SettingValue.Of(setting, point));

            json.WriteNumber("seed", run.Seed);
            json.WriteString("outcome", new NameKind<Outcome>().Format(run.Outcome));
            json.WriteNumber("steps", run.Steps);
            JsonOutput.WriteField(json, "accuracy", run.Accuracy);
            json.WritePropertyName("curve");
            table.WriteJson(json, curve.Points);
            json.WriteEndObject();
        });
}
