using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MessagePack;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Encodes messages as bytes (README.md): <c>[kind, {name: value, …}]</c>. Written by hand because a schema of a few flat maps needs no code
/// generation at start-up; <see cref="LogMessageReader"/> reads them.
/// </summary>
internal static class LogFormat
{
    /// <summary>Written in headers. Readers reject newer versions and ignore unknown names.</summary>
    public const int Schema = 3;

    /// <summary>The first schema that has curves.</summary>
    public const int CurveSchema = 2;

    /// <summary>The first schema in which every message has a checksum.</summary>
    public const int CheckSumSchema = 3;

    /// <summary>First byte of every message: an array of two.</summary>
    public const byte FirstByte = 0x92;

    /// <summary>The numerics version of logs whose headers do not state one.</summary>
    public const int NumericsBeforeNumbers = 1;

    /// <summary>Longest message in bytes.</summary>
    public const int MaxMessageBytes = 8 << 20;

    /// <summary>Names of <see cref="LogMessageKind"/>.</summary>
    public static readonly string[] KindNames = ["parity-log", "point", "run", "curve", "resumed", "in-flight"];

    /// <summary>First bytes of the messages of each kind, those of headers first: an array of two that starts with the kind.</summary>
    private static readonly byte[][] Beginnings = [.. KindNames.Select(Beginning)];

    /// <summary>Maximum number of runs in an in-flight message, at most 23 bytes each.</summary>
    private const int MostInFlight = 40_000;

    /// <summary>Longest device name that is written, in characters of at most three bytes.</summary>
    private const int MaxDeviceLength = 200;

    /// <summary>Names of <see cref="Outcome"/>.</summary>
    public static readonly string[] OutcomeNames = [.. new NameKind<Outcome>().Names];

    /// <summary>First bytes of every log.</summary>
    public static ReadOnlySpan<byte> Magic => Beginnings[0];

    /// <summary>Whether bytes could be the beginning of a message, as far as they go.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        foreach (byte[] beginning in Beginnings)
        {
            int known = Math.Min(bytes.Length, beginning.Length);
            if (bytes[..known].SequenceEqual(beginning.AsSpan(0, known)))
                return true;
        }

        return false;
    }

    /// <summary>Appends the beginning of a log: the header, and the points of its sweep.</summary>
    public static void WriteHeader(MessageBuffer output, LogHeader header)
    {
        MessagePackWriter writer = output.Open(LogMessageKind.Header, header.Shard.IsPart ? 8 : 6);
        writer.Write("schema");
        writer.Write(header.Schema);
        writer.Write("numerics");
        writer.Write(header.Numerics);
        WriteSession(ref writer, header.Session);
        if (header.Shard.IsPart)
        {
            writer.Write("shard");
            writer.Write(header.Shard.Index);
            writer.Write("shards");
            writer.Write(header.Shard.Count);
        }

        writer.Write("spec");
        using JsonDocument spec = JsonDocument.Parse(SpecFile.Canonical(header.Spec));
        MessagePackValues.WriteJson(ref writer, spec.RootElement);
        output.Close(ref writer, isHeader: true);
        WritePoints(output, header.Spec, first: 0);
    }

    /// <summary>Appends the points of a sweep from one on.</summary>
    public static void WritePoints(MessageBuffer output, SweepSpec spec, int first)
    {
        SpecSetting[] settings = PointSettings(spec);
        foreach ((int index, Point point) in spec.Points().Index().Skip(first))
            WritePoint(output, index, point, settings);
    }

    public static void WriteResumed(MessageBuffer output, LogSession session)
    {
        MessagePackWriter writer = output.Open(LogMessageKind.Resumed, 3);
        WriteSession(ref writer, session);
        output.Close(ref writer);
    }

    /// <summary>The settings that a sweep's point messages name.</summary>
    public static SpecSetting[] PointSettings(SweepSpec spec) => [.. SpecSetting.OfPoints.Where(setting => setting.IsWritten(spec))];

    public static void WritePoint(MessageBuffer output, int index, Point point, SpecSetting[] settings)
    {
        SweepSpec values = SweepSpec.Of(point);
        MessagePackWriter writer = output.Open(LogMessageKind.Point, settings.Length + 1);
        writer.Write("index");
        writer.Write(index);
        foreach (SpecSetting setting in settings)
        {
            writer.Write(setting.Name);
            string value = setting.Values(values)[0];
            if (setting.IsNumber && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
                writer.Write(integer);
            else if (setting.IsNumber)
                writer.Write(double.Parse(value, CultureInfo.InvariantCulture));
            else
                writer.Write(value);
        }

        output.Close(ref writer);
    }

    /// <summary>Appends a run.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="run">The run.</param>
    /// <param name="elapsed">Seconds since its session began, or null to omit them.</param>
    public static void WriteRun(MessageBuffer output, in RunRecord run, double? elapsed = null)
    {
        bool hasLoss = !double.IsNaN(run.Loss);
        MessagePackWriter writer = output.Open(LogMessageKind.Run, 5 + (hasLoss ? 1 : 0) + (elapsed is null ? 0 : 1));
        writer.Write("point");
        writer.Write(run.Point);
        writer.Write("seed");
        writer.Write(run.Seed);
        writer.Write("outcome");
        writer.Write(OutcomeNames[(int)run.Outcome]);
        writer.Write("steps");
        writer.Write(run.Steps);
        writer.Write("accuracy");
        writer.Write(run.Accuracy);
        if (hasLoss)
        {
            writer.Write("heldOutLoss");
            writer.Write(run.Loss);
        }

        if (elapsed is { } seconds)
        {
            writer.Write("elapsed");
            writer.Write(seconds);
        }

        output.Close(ref writer);
    }

    /// <summary>Appends a run's curve, which precedes the run.</summary>
    public static void WriteCurve(MessageBuffer output, in RunRecord run, RunCurve curve)
    {
        CurveMeasure[] measures = CurveMeasure.Of(curve);
        MessagePackWriter writer = output.Open(LogMessageKind.Curve, measures.Length + 3 + (curve.Tasks.Length > 0 ? 2 : 0) + (curve.TaskCurves.Length > 0 ? 1 : 0));
        writer.Write("point");
        writer.Write(run.Point);
        writer.Write("seed");
        writer.Write(run.Seed);
        writer.Write("steps");
        writer.WriteArrayHeader(curve.Points.Length);
        foreach (CurvePoint point in curve.Points)
            writer.Write(point.Step);

        foreach (CurveMeasure measure in measures)
        {
            writer.Write(measure.Name);
            writer.WriteArrayHeader(curve.Points.Length);
            foreach (CurvePoint point in curve.Points)
            {
                double value = measure.Value(point);
                if (measure.IsSingle)
                    writer.Write((float)value);
                else
                    writer.Write(value);
            }
        }

        if (curve.Tasks.Length > 0)
        {
            writer.Write(CurveColumns.TaskSteps);
            writer.WriteArrayHeader(curve.Tasks.Length);
            foreach (TaskRecord task in curve.Tasks)
                writer.Write(task.Learned);

            WriteLosses(ref writer, CurveColumns.TaskLosses, [.. curve.Tasks.Select(task => task.Loss)]);
        }

        if (curve.TaskCurves.Length > 0)
            WriteLosses(ref writer, CurveColumns.TaskCurves, curve.TaskCurves);

        output.Close(ref writer);
    }

    /// <summary>Appends the runs in flight, in as many messages as needed.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="more">Whether more of them will follow.</param>
    public static void WriteInFlight(MessageBuffer output, IReadOnlyList<RunUnderWay> runs, bool more = false)
    {
        int first = 0;
        do
        {
            int count = Math.Min(MostInFlight, runs.Count - first);
            MessagePackWriter writer = output.Open(LogMessageKind.InFlight, 4);
            writer.Write("more");
            writer.Write(more || first + count < runs.Count);
            WriteColumn(ref writer, "points", run => run.Point);
            WriteColumn(ref writer, "seeds", run => run.Seed);
            WriteColumn(ref writer, "steps", run => run.Steps);
            output.Close(ref writer);

            void WriteColumn(ref MessagePackWriter writer, string name, Func<RunUnderWay, long> value)
            {
                writer.Write(name);
                writer.WriteArrayHeader(count);
                for (int i = first; i < first + count; i++)
                    writer.Write(value(runs[i]));
            }

            first += count;
        }
        while (first < runs.Count);
    }

    private static byte[] Beginning(string kind) => [FirstByte, (byte)(0xA0 | kind.Length), .. Encoding.UTF8.GetBytes(kind)];

    private static void WriteLosses(ref MessagePackWriter writer, string name, ImmutableArray<float> losses)
    {
        writer.Write(name);
        writer.WriteArrayHeader(losses.Length);
        foreach (float loss in losses)
            writer.Write(loss);
    }

    private static void WriteSession(ref MessagePackWriter writer, LogSession session)
    {
        writer.Write("program");
        writer.Write(session.Program);
        writer.Write("device");
        writer.Write(session.Device.Length <= MaxDeviceLength ? session.Device : session.Device[..MaxDeviceLength]);
        writer.Write("started");

        // Microseconds tell the headers, and so the checksums, of two logs of the same sweep on the same machine apart.
        writer.Write(session.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
    }
}
