using MessagePack;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Reads a log message by message, in memory that does not depend on its length. Logs joined end to end read as one:
/// a header in the middle starts the next sweep.
/// </summary>
public sealed class RunLogReader : IDisposable
{
    private readonly Stream stream;
    private readonly string name;
    private readonly bool ownsStream;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private long bufferOffset;
    private bool streamEnded;

    /// <summary>Where the curve begins whose run has not been read yet.</summary>
    private long? curveOffset;
    private long messageOffset;
    private double earlierSeconds;
    private double sessionSeconds;
    private LogMessage pending;

    /// <summary>
    /// Reads from a stream.
    /// </summary>
    /// <param name="stream">At the start of a log.</param>
    /// <param name="name">What to call it in messages.</param>
    public RunLogReader(Stream stream, string name)
        : this(stream, name, ownsStream: false)
    {
    }

    private RunLogReader(Stream stream, string name, bool ownsStream)
    {
        this.stream = stream;
        this.name = name;
        this.ownsStream = ownsStream;
    }

    /// <summary>Kind of the message read last; a curve is read together with its run.</summary>
    public LogMessageKind Kind { get; private set; }

    /// <summary>The header read last; set once <see cref="Read"/> has returned true.</summary>
    public LogHeader Header { get; private set; } = null!;

    /// <summary>The session of the last header, or of the last <see cref="LogMessageKind.Resumed"/> message.</summary>
    public LogSession Session { get; private set; } = null!;

    /// <summary>The points of <see cref="Header"/>'s sweep.</summary>
    public IReadOnlyList<Point> Points { get; private set; } = [];

    /// <summary>The runs that <see cref="Header"/>'s log is for.</summary>
    public ShardRuns Planned { get; private set; } = null!;

    /// <summary>Points of the sweep that the log has named so far.</summary>
    public int PointsRead { get; private set; }

    /// <summary>The run of the last <see cref="LogMessageKind.Run"/> message.</summary>
    public RunRecord Run { get; private set; }

    /// <summary>The curve of <see cref="Run"/>, null where the sweep has none.</summary>
    public RunCurve? Curve { get; private set; }

    /// <summary>Seconds that the sessions read so far trained for, up to the last run of each; 0 in merged logs and those of older programs.</summary>
    public double TrainingSeconds => earlierSeconds + sessionSeconds;

    /// <summary>Bytes read so far that belong to whole messages; a curve is whole with its run only.</summary>
    public long Offset => curveOffset ?? Position;

    /// <summary>
    /// Whether the log ended within a message or between a curve and its run: a crash tore it. The torn end begins at
    /// <see cref="Offset"/>.
    /// </summary>
    public bool IsTorn { get; private set; }

    /// <summary>Headers read so far: more than one in logs joined end to end.</summary>
    public int Headers { get; private set; }

    /// <summary>
    /// Opens a log that may still be written to.
    /// </summary>
    /// <param name="path">A file or pipe; - for the standard input.</param>
    /// <exception cref="UserErrorException">There is no such file or it cannot be read.</exception>
    public static RunLogReader Open(string path)
    {
        if (path == "-")
            return new RunLogReader(Console.OpenStandardInput(), "standard input", ownsStream: true);

        if (Directory.Exists(path))
            throw new UserErrorException($"{path}: is a directory; must be a log file");

        try
        {
            var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new RunLogReader(file, path, ownsStream: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path}: no such file; must be a log file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{path}: cannot be opened for reading; must be a readable log file", e);
        }
    }

    /// <summary>
    /// Reads the next message.
    /// </summary>
    /// <returns>False at the end of the log, and where it is torn.</returns>
    /// <exception cref="UserErrorException">The file is no log, or damaged before its end.</exception>
    public bool Read()
    {
        if (IsTorn)
            return false;

        try
        {
            while (TryReadMessage(out LogMessage message))
            {
                Accept(message);
                if (message.Kind != LogMessageKind.Curve)
                    return true;
            }

            return false;
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException(
                Headers == 0
                    ? $"{name}: is not a log of parity; must be a file that 'parity sweep --log' wrote"
                    : $"{name}: is damaged at byte {Position} ({e.Message}); must be a whole log",
                e);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"{name}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{name}: cannot be read ({SpecSetting.Echo(e.Message)}); must be a readable log file", e);
        }
    }

    public void Dispose()
    {
        if (ownsStream)
            stream.Dispose();
    }

    private long Position => bufferOffset + start;

    private bool TryReadMessage(out LogMessage message)
    {
        message = default;
        while (true)
        {
            int limit = LogFormat.MaxMessageBytes;
            if (end > start)
            {
                CheckMagic();
                try
                {
                    var reader = new MessagePackReader(buffer.AsMemory(start, end - start));
                    LogMessageReader.Read(ref reader, ref message, ref limit);
                    if (reader.Consumed > limit)
                        throw new InvalidDataException("a message is too long");

                    messageOffset = Position;
                    start += (int)reader.Consumed;
                    return true;
                }
                catch (EndOfStreamException)
                {
                    // The message is longer than what is in the buffer.
                }

                if (end - start > limit)
                    throw new InvalidDataException("a message is too long");
            }

            if (streamEnded)
                return End();

            Fill();
        }
    }

    /// <summary>Recognises foreign files by their first bytes, before anything in them is believed.</summary>
    private void CheckMagic()
    {
        if (Headers > 0)
            return;

        int known = Math.Min(end - start, LogFormat.Magic.Length);
        if (!buffer.AsSpan(start, known).SequenceEqual(LogFormat.Magic[..known]))
            throw new InvalidDataException("not a log");
    }

    private bool End()
    {
        if (Headers == 0)
        {
            throw new UserErrorException(
                end == start ? "is empty; must be a log" : "is cut within its header; must be a log with its header");
        }

        IsTorn = end > start || curveOffset is not null;
        return false;
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            bufferOffset += start;
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, 2 * buffer.Length);

        int count = stream.Read(buffer, end, buffer.Length - end);
        end += count;
        streamEnded = count == 0;
    }

    private void Accept(in LogMessage message)
    {
        if (Headers == 0 && message.Kind != LogMessageKind.Header)
            throw new InvalidDataException("no header");

        if (curveOffset is not null && message.Kind != LogMessageKind.Run)
            throw new InvalidDataException("a curve without its run");

        if (message.Kind == LogMessageKind.Curve)
        {
            Keep(message);
            return;
        }

        Kind = message.Kind;
        switch (message.Kind)
        {
            case LogMessageKind.Header:
                Header = message.Header!;
                Session = Header.Session;
                EndSession();
                Points = [.. Header.Spec.Points()];
                Planned = new ShardRuns(Header.Spec, Header.Shard);
                PointsRead = 0;
                Headers++;
                break;
            case LogMessageKind.Resumed:
                Session = message.Session!;
                EndSession();
                break;
            case LogMessageKind.Point:
                if (message.PointIndex != PointsRead || PointsRead == Points.Count)
                    throw new InvalidDataException("a point out of order");

                PointsRead++;
                break;
            case LogMessageKind.Run:
                Check(message.Run);
                CheckCurve(message.Run);
                Run = message.Run;
                sessionSeconds = Math.Max(sessionSeconds, message.Elapsed ?? 0);
                Curve = pending.Curve;
                pending = default;
                curveOffset = null;
                break;
        }
    }

    private void EndSession()
    {
        earlierSeconds += sessionSeconds;
        sessionSeconds = 0;
    }

    private void Keep(in LogMessage message)
    {
        if (Header.Schema < LogFormat.CurveSchema || Header.Spec.Curve == CurveSteps.None)
            throw new InvalidDataException("a curve in a log of none");

        if (message.Curve!.HasGap != Header.Spec.CurveGap)
            throw new InvalidDataException("a curve with other columns than the sweep's");

        pending = message;
        curveOffset = messageOffset;
    }

    private void Check(in RunRecord run)
    {
        SweepSpec spec = Header.Spec;
        bool known = run.Point >= 0 && run.Point < PointsRead
            && run.Seed >= spec.FirstSeed && run.Seed - spec.FirstSeed < spec.Seeds
            && run.Steps >= 0 && run.Steps <= spec.MaxSteps;
        if (!known)
            throw new InvalidDataException("a run that is not of this sweep");

        if (!Planned.Contains(run.Point, run.Seed))
            throw new InvalidDataException("a run that is not of this shard");
    }

    private void CheckCurve(in RunRecord run)
    {
        if (Header.Spec.Curve == CurveSteps.None)
            return;

        RunCurve curve = pending.Curve ?? throw new InvalidDataException("a run without its curve");
        bool same = pending.PointIndex == run.Point && pending.Seed == run.Seed
            && curve.Points[0].Step == 0 && curve.Points[^1].Step == run.Steps;
        if (!same)
            throw new InvalidDataException("a run with another run's curve");
    }
}
