using System.Text;
using System.Text.Json;
using MessagePack;
using ParityGpu.Specs;
using static ParityGpu.Logs.MessagePackValues;

namespace ParityGpu.Logs;

/// <summary>
/// Decodes messages from bytes (README.md). The bytes are untrusted, so each field is checked as it
/// arrives: wrong fields fail at once, missing ones at the end of the data.
/// </summary>
internal static class LogMessageReader
{
    /// <summary>Longest message of a kind other than a header or a curve, in bytes.</summary>
    private const int MaxSmallMessageBytes = 4096;

    /// <summary>
    /// Reads one message.
    /// </summary>
    /// <param name="reader">At the start of a message; positioned after it on return.</param>
    /// <param name="message">The message.</param>
    /// <param name="limit">How long this message may be; set as soon as its kind is known.</param>
    /// <exception cref="EndOfStreamException">The data, valid so far, ends within the message.</exception>
    /// <exception cref="InvalidDataException">This is not a message of a log.</exception>
    public static void Read(ref MessagePackReader reader, ref LogMessage message, ref int limit)
    {
        limit = LogFormat.MaxMessageBytes;
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
        message.Kind = (LogMessageKind)Array.IndexOf(LogFormat.KindNames, kind);
        if (message.Kind < 0)
            throw new InvalidDataException($"unknown message '{SpecSetting.Echo(kind)}'");

        if (message.Kind is not (LogMessageKind.Header or LogMessageKind.Curve or LogMessageKind.InFlight))
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
            case LogMessageKind.InFlight:
                ReadInFlight(ref reader, fields, ref message);
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
        int numerics = LogFormat.NumericsBeforeNumbers;
        var session = default(SessionFields);
        SweepSpec? spec = null;
        (int Index, int Count) shard = (0, 1);
        for (int field = 0; field < fields; field++)
        {
            string name = ReadText(ref reader);
            if (name == "schema")
            {
                schema = message.Schema = reader.ReadInt32();
                if (schema is < 1 or > LogFormat.Schema)
                {
                    throw new UserErrorException(
                        $"written by another version of the program (schema {schema}); must be schema {LogFormat.Schema}");
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
            throw new InvalidDataException("'shard' is not one of 'shards'");

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
        double loss = double.NaN;
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
            else if (name.SequenceEqual("heldOutLoss"u8))
                loss = reader.ReadDouble();
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
            Require(accuracy, "accuracy"),
            loss);
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

    private static void ReadInFlight(ref MessagePackReader reader, int fields, ref LogMessage message)
    {
        long[]? points = null;
        long[]? seeds = null;
        long[]? steps = null;
        for (int field = 0; field < fields; field++)
        {
            string name = ReadText(ref reader);
            if (name == "points")
                points = ReadIntegers(ref reader);
            else if (name == "seeds")
                seeds = ReadIntegers(ref reader);
            else if (name == "steps")
                steps = ReadIntegers(ref reader);
            else if (name == "more")
                message.More = reader.ReadBoolean();
            else
                Skip(ref reader);
        }

        if (points is null || seeds?.Length != points.Length || steps?.Length != points.Length)
            throw new InvalidDataException("'points', 'seeds' and 'steps' do not have the same length");

        message.InFlight = [.. points.Select((point, i) => new RunUnderWay(checked((int)point), seeds[i], steps[i]))];
    }

    private static long[] ReadIntegers(ref MessagePackReader reader)
    {
        var values = new long[reader.ReadArrayHeader()];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadInt64();

        return values;
    }

    private static Outcome ReadOutcome(ref MessagePackReader reader)
    {
        ReadOnlySpan<byte> name = ReadTextBytes(ref reader);
        if (name.SequenceEqual("solved"u8))
            return Outcome.Solved;

        string text = Encoding.UTF8.GetString(name);
        int index = Array.IndexOf(LogFormat.OutcomeNames, text);
        return index >= 0 ? (Outcome)index : throw new InvalidDataException($"unknown outcome '{SpecSetting.Echo(text)}'");
    }

    private static SweepSpec ReadSpec(ref MessagePackReader reader)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            ReadJson(ref reader, json);

        using JsonDocument document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        return SpecValidation.Validate(SpecFile.Read(document.RootElement, "its sweep: "));
    }

    /// <summary>A field's value.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public static T Require<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    public static InvalidDataException Missing(string name) => new($"'{name}' is missing");
}
