using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MessagePack;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Messages to bytes and back (README.md): <c>[kind, {name: value, …}]</c>. Written by hand because a schema of four
/// flat maps needs no code generation at start-up, and because a reader of untrusted bytes should check each field as
/// it arrives: what is wrong fails at once, what is missing fails at the end of the data.
/// </summary>
internal static class LogFormat
{
    /// <summary>Written in headers. Readers refuse newer versions and ignore names they do not know.</summary>
    public const int Schema = 1;

    /// <summary>Longest message in bytes.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private static readonly byte[] MagicBytes = [0x92, 0xAA, .. "parity-log"u8];

    private const string HeaderKind = "parity-log";
    private const string PointKind = "point";
    private const string RunKind = "run";
    private const string ResumedKind = "resumed";

    /// <summary>Longest message of a kind other than a header, in bytes.</summary>
    private const int MaxSmallMessageBytes = 4096;

    /// <summary>Longest device name that is written, in characters of at most three bytes.</summary>
    private const int MaxDeviceLength = 200;

    private static readonly MessagePackSecurity Security =
        MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(16);

    private static readonly SpecSetting[] PointSettings =
        [.. SpecSetting.All.Where(setting => setting.Name is not ("seeds" or "firstSeed"))];

    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    private static readonly string[] OutcomeNames =
        [.. Outcomes.Select(Name)];

    /// <summary>First bytes of every log: an array of two that starts with the string "parity-log".</summary>
    public static ReadOnlySpan<byte> Magic => MagicBytes;

    /// <summary>Appends the first message of a log.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, LogHeader header)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, HeaderKind, 5);
        writer.Write("schema");
        writer.Write(header.Schema);
        WriteSession(ref writer, header.Session);
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
        Open(ref writer, PointKind, PointSettings.Length + 1);
        writer.Write("index");
        writer.Write(index);
        foreach (SpecSetting setting in PointSettings)
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

    public static void WriteRun(IBufferWriter<byte> output, in RunRecord run)
    {
        var writer = new MessagePackWriter(output);
        Open(ref writer, RunKind, 5);
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
            ResumedKind => LogMessageKind.Resumed,
            _ => throw new InvalidDataException($"unknown message '{SpecSetting.Echo(kind)}'"),
        };
        if (message.Kind != LogMessageKind.Header)
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
        var session = default(SessionFields);
        SweepSpec? spec = null;
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
            else if (name == "spec")
            {
                spec = ReadSpec(ref reader);
            }
            else if (!session.Read(ref reader, name))
            {
                Skip(ref reader);
            }
        }

        message.Header = new LogHeader(Require(schema, "schema"), session.ToSession(), spec ?? throw Missing("spec"));
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

    private static ReadOnlySpan<byte> ReadTextBytes(ref MessagePackReader reader) =>
        reader.TryReadStringSpan(out ReadOnlySpan<byte> text) ? text : throw new InvalidDataException("not a text");

    private static T Require<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    private static InvalidDataException Missing(string name) => new($"'{name}' is missing");

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
