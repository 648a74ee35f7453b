using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MessagePack;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Messages to bytes and back (README.md): <c>[kind, {name: value, …}]</c>. Written by hand because a schema of a few
/// flat maps needs no code generation at start-up, and because a reader of untrusted bytes should check each field as
/// it arrives: what is wrong fails at once, what is missing fails at the end of the data.
/// </summary>
internal static class LogFormat
{
    /// <summary>Written in headers. Readers refuse newer versions and ignore names they do not know.</summary>
    public const int Schema = 2;

    /// <summary>The first schema that has curves.</summary>
    public const int CurveSchema = 2;

    /// <summary>The numerics version of logs whose headers have none.</summary>
    public const int NumericsBeforeNumbers = 1;

    /// <summary>Longest message in bytes.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private static readonly byte[] MagicBytes = [0x92, 0xAA, .. "parity-log"u8];

    private const string HeaderKind = "parity-log";
    private const string PointKind = "point";
    private const string RunKind = "run";
    private const string CurveKind = "curve";
    private const string ResumedKind = "resumed";

    /// <summary>Longest message of a kind other than a header or a curve, in bytes.</summary>
    private const int MaxSmallMessageBytes = 4096;

    /// <summary>Longest device name that is written, in characters of at most three bytes.</summary>
    private const int MaxDeviceLength = 200;

    private static readonly MessagePackSecurity Security =
        MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(16);

    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    private static readonly string[] OutcomeNames =
        [.. Outcomes.Select(Name)];

    /// <summary>First bytes of every log: an array of two that starts with the string "parity-log".</summary>
    public static ReadOnlySpan<byte> Magic => MagicBytes;

    /// <summary>Appends the first message of a log.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, LogHeader header)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, HeaderKind, header.Shard.IsPart ? 8 : 6);
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
        WriteJson(ref writer, spec.RootElement);
        writer.Flush();
    }

    public static void WriteResumed(IBufferWriter<byte> output, LogSession session)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, ResumedKind, 3);
        WriteSession(ref writer, session);
        writer.Flush();
    }

    public static void WritePoint(IBufferWriter<byte> output, int index, Point point)
    {
        var writer = new MessagePackWriter(output);
        SweepSpec settings = SweepSpec.Of(point);
        Open(ref writer, PointKind, SpecSetting.OfPoints.Length + 1);
        writer.Write("index");
        writer.Write(index);
        foreach (SpecSetting setting in SpecSetting.OfPoints)
        {
            writer.Write(setting.Name);
            string value = setting.Values(settings)[0];
            if (setting.IsNumber && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
                writer.Write(integer);
            else if (setting.IsNumber)
                writer.Write(double.Parse(value, CultureInfo.InvariantCulture));
            else
                writer.Write(value);
        }

        writer.Flush();
    }

    /// <summary>Appends a run.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="run">The run.</param>
    /// <param name="elapsed">Seconds since its session began, or null to leave them out.</param>
    public static void WriteRun(IBufferWriter<byte> output, in RunRecord run, double? elapsed = null)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, RunKind, elapsed is null ? 5 : 6);
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
        if (elapsed is { } seconds)
        {
            writer.Write("elapsed");
            writer.Write(seconds);
        }

        writer.Flush();
    }

    /// <summary>Appends a run's curve, which precedes the run.</summary>
    public static void WriteCurve(IBufferWriter<byte> output, in RunRecord run, RunCurve curve)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, CurveKind, curve.HasGap ? 10 : 9);
        writer.Write("point");
        writer.Write(run.Point);
        writer.Write("seed");
        writer.Write(run.Seed);
        writer.Write("steps");
        writer.WriteArrayHeader(curve.Points.Length);
        foreach (CurvePoint point in curve.Points)
            writer.Write(point.Step);

        WriteSingles(ref writer, "trainLoss", curve, point => point.TrainLoss);
        WriteFractions(ref writer, "trainAccuracy", curve, point => point.TrainAccuracy);
        WriteFractions(ref writer, "accuracy", curve, point => point.Accuracy);
        WriteSingles(ref writer, "movement", curve, point => point.Movement);
        WriteSingles(ref writer, "movementRelevant", curve, point => point.MovementRelevant);
        WriteSingles(ref writer, "movementIrrelevant", curve, point => point.MovementIrrelevant);
        if (curve.HasGap)
            WriteSingles(ref writer, "gap", curve, point => point.Gap);

        writer.Flush();
    }

    /// <summary>
    /// Reads one message.
    /// </summary>
    /// <param name="reader">At the start of a message; behind it afterwards.</param>
    /// <param name="message">The message.</param>
    /// <param name="limit">How long this message may be; set as soon as its kind is known.</param>
    /// <exception cref="EndOfStreamException">The data ends within the message; up to there it is valid.</exception>
    /// <exception cref="InvalidDataException">This is not a message of a log.</exception>
    public static void Read(ref MessagePackReader reader, ref LogMessage message, ref int limit)
    {
        limit = MaxMessageBytes;
        try
        {
            ReadMessage(ref reader, ref message, ref limit);
        }
        catch (Exception e) when (e is MessagePackSerializationException or OverflowException
            or InsufficientExecutionStackException)
        {
            throw new InvalidDataException("not a message of a log", e);
        }
    }

    private static void ReadMessage(ref MessagePackReader reader, ref LogMessage message, ref int limit)
    {
        if (reader.ReadArrayHeader() != 2)
            throw new InvalidDataException("not a message of a log");

        string kind = ReadText(ref reader);
        message.Kind = kind switch
        {
            HeaderKind => LogMessageKind.Header,
            PointKind => LogMessageKind.Point,
            RunKind => LogMessageKind.Run,
            CurveKind => LogMessageKind.Curve,
            ResumedKind => LogMessageKind.Resumed,
            _ => throw new InvalidDataException($"unknown message '{SpecSetting.Echo(kind)}'"),
        };
        if (message.Kind is not (LogMessageKind.Header or LogMessageKind.Curve))
            limit = MaxSmallMessageBytes;

        int fields = reader.ReadMapHeader();
        switch (message.Kind)
        {
            case LogMessageKind.Header:
                ReadHeader(ref reader, fields, ref message);
                break;
            case LogMessageKind.Run:
                ReadRun(ref reader, fields, ref message);
                break;
            case LogMessageKind.Curve:
                ReadCurve(ref reader, fields, ref message);
                break;
            case LogMessageKind.Point:
                ReadPoint(ref reader, fields, ref message);
                break;
            default:
                ReadResumed(ref reader, fields, ref message);
                break;
        }
    }

    private static void ReadHeader(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        int? schema = null;
        int numerics = NumericsBeforeNumbers;
        var session = default(SessionFields);
        SweepSpec? spec = null;
        (int Index, int Count) shard = (0, 1);
        for (int field = 0; field < fields; field++)
        {
            string name = ReadText(ref reader);
            if (name == "schema")
            {
                schema = reader.ReadInt32();
                if (schema is < 1 or > Schema)
                {
                    throw new UserErrorException(
                        $"written by another version of the program (schema {schema}); must be schema {Schema}");
                }
            }
            else if (name == "numerics")
            {
                numerics = reader.ReadInt32();
            }
            else if (name == "spec")
            {
                spec = ReadSpec(ref reader);
            }
            else if (name == "shard")
            {
                shard.Index = reader.ReadInt32();
            }
            else if (name == "shards")
            {
                shard.Count = reader.ReadInt32();
            }
            else if (!session.Read(ref reader, name))
            {
                Skip(ref reader);
            }
        }

        if (!Shard.IsValid(shard.Index, shard.Count))
            throw new InvalidDataException("'shard' is none of 'shards'");

        message.Header = new LogHeader(
            Require(schema, "schema"),
            session.ToSession(),
            spec ?? throw Missing("spec"),
            new Shard(shard.Index, shard.Count),
            numerics);
    }

    private static void ReadResumed(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        var session = default(SessionFields);
        for (int field = 0; field < fields; field++)
        {
            if (!session.Read(ref reader, ReadText(ref reader)))
                Skip(ref reader);
        }

        message.Session = session.ToSession();
    }

    private static void ReadPoint(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        int? index = null;
        for (int field = 0; field < fields; field++)
        {
            // The settings repeat what the header's spec says, for readers without this program.
            if (ReadText(ref reader) == "index")
                index = reader.ReadInt32();
            else
                Skip(ref reader);
        }

        message.PointIndex = Require(index, "index");
    }

    private static void ReadRun(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        int? point = null;
        long? seed = null;
        long? steps = null;
        Outcome? outcome = null;
        double? accuracy = null;
        for (int field = 0; field < fields; field++)
        {
            ReadOnlySpan<byte> name = ReadTextBytes(ref reader);
            if (name.SequenceEqual("point"u8))
                point = reader.ReadInt32();
            else if (name.SequenceEqual("seed"u8))
                seed = reader.ReadInt64();
            else if (name.SequenceEqual("steps"u8))
                steps = reader.ReadInt64();
            else if (name.SequenceEqual("outcome"u8))
                outcome = ReadOutcome(ref reader);
            else if (name.SequenceEqual("accuracy"u8))
                accuracy = reader.ReadDouble();
            else if (name.SequenceEqual("elapsed"u8))
                message.Elapsed = ReadSeconds(ref reader);
            else
                Skip(ref reader);
        }

        message.Run = new RunRecord(
            Require(point, "point"),
            Require(seed, "seed"),
            Require(outcome, "outcome"),
            Require(steps, "steps"),
            Require(accuracy, "accuracy"));
    }

    private static double ReadSeconds(ref MessagePackReader reader)
    {
        double seconds = reader.ReadDouble();
        return seconds >= 0 && double.IsFinite(seconds) ? seconds : throw new InvalidDataException("'elapsed' is not a time");
    }

    private static void ReadCurve(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        int? point = null;
        long? seed = null;
        var columns = new CurveColumns();
        for (int field = 0; field < fields; field++)
        {
            string name = ReadText(ref reader);
            if (name == "point")
                point = reader.ReadInt32();
            else if (name == "seed")
                seed = reader.ReadInt64();
            else if (!columns.Read(ref reader, name))
                Skip(ref reader);
        }

        message.PointIndex = Require(point, "point");
        message.Seed = Require(seed, "seed");
        message.Curve = columns.ToCurve();
    }

    private static Outcome ReadOutcome(ref MessagePackReader reader)
    {
        ReadOnlySpan<byte> name = ReadTextBytes(ref reader);
        if (name.SequenceEqual("solved"u8))
            return Outcome.Solved;

        string text = Encoding.UTF8.GetString(name);
        int index = Array.IndexOf(OutcomeNames, text);
        return index >= 0 ? Outcomes[index] : throw new InvalidDataException($"unknown outcome '{SpecSetting.Echo(text)}'");
    }

    private static SweepSpec ReadSpec(ref MessagePackReader reader)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            ReadJson(ref reader, json);

        using JsonDocument document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        return SpecValidation.Validate(SpecFile.Read(document.RootElement, "its sweep: "));
    }

    private static string Name<T>(T value)
        where T : struct, Enum => new NameKind<T>().Format(value);

    private static void Open(ref MessagePackWriter writer, string kind, int fields)
    {
        writer.WriteArrayHeader(2);
        writer.Write(kind);
        writer.WriteMapHeader(fields);
    }

    private static void WriteFractions(ref MessagePackWriter writer, string name, RunCurve curve, Func<CurvePoint, double> value)
    {
        writer.Write(name);
        writer.WriteArrayHeader(curve.Points.Length);
        foreach (CurvePoint point in curve.Points)
            writer.Write(value(point));
    }

    /// <summary>Single precision, as they were measured.</summary>
    private static void WriteSingles(ref MessagePackWriter writer, string name, RunCurve curve, Func<CurvePoint, float> value)
    {
        writer.Write(name);
        writer.WriteArrayHeader(curve.Points.Length);
        foreach (CurvePoint point in curve.Points)
            writer.Write(value(point));
    }

    private static void WriteSession(ref MessagePackWriter writer, LogSession session)
    {
        writer.Write("program");
        writer.Write(session.Program);
        writer.Write("device");
        writer.Write(session.Device.Length <= MaxDeviceLength ? session.Device : session.Device[..MaxDeviceLength]);
        writer.Write("started");
        writer.Write(session.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
    }

    private static void WriteJson(ref MessagePackWriter writer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(json.EnumerateObject().Count());
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    writer.Write(property.Name);
                    WriteJson(ref writer, property.Value);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(json.GetArrayLength());
                foreach (JsonElement item in json.EnumerateArray())
                    WriteJson(ref writer, item);

                break;
            case JsonValueKind.Number when json.TryGetInt64(out long integer):
                writer.Write(integer);
                break;
            case JsonValueKind.Number:
                writer.Write(json.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(json.GetBoolean());
                break;
            default:
                writer.Write(json.GetString());
                break;
        }
    }

    /// <summary>Copies a map of scalars and flat arrays; anything else is no spec.</summary>
    private static void ReadJson(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        Security.DepthStep(ref reader);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                json.WriteStartObject();
                for (int left = reader.ReadMapHeader(); left > 0; left--)
                {
                    json.WritePropertyName(ReadText(ref reader));
                    ReadJson(ref reader, json);
                }

                json.WriteEndObject();
                break;
            case MessagePackType.Array:
                json.WriteStartArray();
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                    ReadJson(ref reader, json);

                json.WriteEndArray();
                break;
            case MessagePackType.Integer:
                json.WriteNumberValue(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                double number = reader.ReadDouble();
                if (!double.IsFinite(number))
                    throw new InvalidDataException("a number of the spec is not finite");

                json.WriteNumberValue(number);
                break;
            case MessagePackType.String:
                json.WriteStringValue(ReadText(ref reader));
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            default:
                throw new InvalidDataException("not a spec");
        }

        reader.Depth--;
    }

    /// <summary>
    /// Passes over a value of an unknown name, in bounded depth.
    /// </summary>
    private static void Skip(ref MessagePackReader reader)
    {
        Security.DepthStep(ref reader);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                for (int left = 2 * reader.ReadMapHeader(); left > 0; left--)
                    Skip(ref reader);

                break;
            case MessagePackType.Array:
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                    Skip(ref reader);

                break;
            case MessagePackType.String:
                ReadTextBytes(ref reader);
                break;
            case MessagePackType.Integer or MessagePackType.Float or MessagePackType.Boolean or MessagePackType.Nil:
                reader.Skip();
                break;
            default:
                throw new InvalidDataException("a value that logs do not use");
        }

        reader.Depth--;
    }

    private static string ReadText(ref MessagePackReader reader) => Encoding.UTF8.GetString(ReadTextBytes(ref reader));

    private static ReadOnlySpan<byte> ReadTextBytes(ref MessagePackReader reader)
    {
        try
        {
            return reader.TryReadStringSpan(out ReadOnlySpan<byte> text) ? text : throw new InvalidDataException("not a text");
        }
        catch (ArgumentOutOfRangeException e)
        {
            // A length beyond 2^31, which the library takes for a negative one.
            throw new InvalidDataException("a text is too long", e);
        }
    }

    private static T Require<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    private static InvalidDataException Missing(string name) => new($"'{name}' is missing");

    /// <summary>The columns of a curve, in whatever order they come.</summary>
    private struct CurveColumns
    {
        private long[]? steps;
        private double[]? trainLoss;
        private double[]? trainAccuracy;
        private double[]? accuracy;
        private double[]? movement;
        private double[]? relevant;
        private double[]? irrelevant;
        private double[]? gap;

        public bool Read(ref MessagePackReader reader, string name)
        {
            switch (name)
            {
                case "steps":
                    steps = ReadSteps(ref reader);
                    return true;
                case "trainLoss":
                    trainLoss = ReadColumn(ref reader);
                    return true;
                case "trainAccuracy":
                    trainAccuracy = ReadColumn(ref reader);
                    return true;
                case "accuracy":
                    accuracy = ReadColumn(ref reader);
                    return true;
                case "movement":
                    movement = ReadColumn(ref reader);
                    return true;
                case "movementRelevant":
                    relevant = ReadColumn(ref reader);
                    return true;
                case "movementIrrelevant":
                    irrelevant = ReadColumn(ref reader);
                    return true;
                case "gap":
                    gap = ReadColumn(ref reader);
                    return true;
                default:
                    return false;
            }
        }

        public readonly RunCurve ToCurve()
        {
            long[] at = steps ?? throw Missing("steps");
            double[] loss = OfLength(trainLoss, "trainLoss", at.Length);
            double[] trained = OfLength(trainAccuracy, "trainAccuracy", at.Length);
            double[] heldOut = OfLength(accuracy, "accuracy", at.Length);
            double[] rho = OfLength(movement, "movement", at.Length);
            double[] inside = OfLength(relevant, "movementRelevant", at.Length);
            double[] outside = OfLength(irrelevant, "movementIrrelevant", at.Length);
            double[]? gaps = gap is null ? null : OfLength(gap, "gap", at.Length);
            var points = ImmutableArray.CreateBuilder<CurvePoint>(at.Length);
            for (int i = 0; i < at.Length; i++)
            {
                points.Add(new CurvePoint(
                    at[i], (float)loss[i], trained[i], heldOut[i], (float)rho[i], (float)inside[i], (float)outside[i],
                    gaps is null ? float.NaN : (float)gaps[i]));
            }

            return new RunCurve(points.MoveToImmutable(), gaps is not null);
        }

        private static double[] OfLength(double[]? column, string name, int length)
        {
            double[] values = column ?? throw Missing(name);
            return values.Length == length ? values : throw new InvalidDataException($"'{name}' is not as long as 'steps'");
        }

        private static long[] ReadSteps(ref MessagePackReader reader)
        {
            long[] values = new long[ReadLength(ref reader)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = reader.ReadInt64();
                if (i > 0 && values[i] <= values[i - 1])
                    throw new InvalidDataException("the steps of a curve do not ascend");
            }

            return values;
        }

        private static double[] ReadColumn(ref MessagePackReader reader)
        {
            double[] values = new double[ReadLength(ref reader)];
            for (int i = 0; i < values.Length; i++)
                values[i] = reader.ReadDouble();

            return values;
        }

        private static int ReadLength(ref MessagePackReader reader)
        {
            int length = reader.ReadArrayHeader();
            return length is >= 1 and <= RunCurve.MaxPoints
                ? length
                : throw new InvalidDataException($"a curve of {length} points");
        }
    }

    /// <summary>The fields of a session, in whatever order they come.</summary>
    private struct SessionFields
    {
        private string? program;
        private string? device;
        private DateTimeOffset? started;

        public bool Read(ref MessagePackReader reader, string name)
        {
            switch (name)
            {
                case "program":
                    program = ReadText(ref reader);
                    return true;
                case "device":
                    device = ReadText(ref reader);
                    return true;
                case "started":
                    if (!DateTimeOffset.TryParse(ReadText(ref reader), CultureInfo.InvariantCulture, out DateTimeOffset time))
                        throw new InvalidDataException("'started' is not a time");

                    started = time;
                    return true;
                default:
                    return false;
            }
        }

        public readonly LogSession ToSession() => new(
            program ?? throw Missing("program"), device ?? throw Missing("device"), Require(started, "started"));
    }
}
