using ParityGpu.Cli.Options;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Terminal;

/// <summary>One run and its curve as text, JSON and CSV.</summary>
internal static class CurveOutput
{
    public static void Write(TextWriter output, TextWriter error, string format, Point point, in FinishedRun run)
    {
        RunCurve curve = run.Curve!;
        var table = new ResultTable<CurvePoint>(
        [
            Field("step", "step", point => point.Step),
            .. CurveMeasure.Of(curve).Select(measure => Field(measure.Name, measure.HeadingOf(point.Target), at => measure.Number(at))),
        ]);
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

    /// <summary>Writes one line that says how the run ended.</summary>
    public static void WriteEnd(TextWriter output, in RunRecord run) => output.WriteLine(run.Outcome switch
    {
        Outcome.Solved => $"seed {run.Seed}: solved after {run.Steps} steps, {HeldOut(run)}",
        Outcome.Diverged => $"seed {run.Seed}: diverged after {run.Steps} steps",
        _ => $"seed {run.Seed}: not solved in {run.Steps} steps, {HeldOut(run)}",
    });

    private static string HeldOut(in RunRecord run) => double.IsNaN(run.Loss) ? $"held-out accuracy {Percentage.Of(run.Accuracy)} %" : $"held-out loss {run.Loss:G4}";

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
            if (!point.Target.IsParity)
                JsonOutput.WriteField(json, "heldOutLoss", run.Loss);

            json.WritePropertyName("curve");
            table.WriteJson(json, curve.Points);
            json.WriteEndObject();
        });
}
