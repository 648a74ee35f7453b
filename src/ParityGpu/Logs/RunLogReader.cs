using System.IO.Hashing;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Reads a log message by message, in memory that does not depend on its length. Logs joined end to end read as one:
/// a header in the middle starts the next sweep.
/// </summary>
/// <param name="stream">At the start of a log.</param>
/// <param name="name">Its name in error messages.</param>
public sealed class RunLogReader(Stream stream, string name) : IDisposable
{
    private readonly MessageStream messages = new(stream);
    private readonly List<(long Offset, long Length)> damages = [];
    private long? tornOffset;

    /// <summary>Offset of a curve whose run has not been read yet.</summary>
    private long? curveOffset;
    private long messageOffset;
    private double earlierSeconds;
    private double sessionSeconds;
    private LogMessage pending;

    /// <summary>
    /// Whether to skip bytes that are not a complete message, and runs without their curve, instead
    /// of rejecting the log; only possible if checksums tell what is complete.
    /// </summary>
    internal bool SkipsDamage { get; init; }

    /// <summary>
    /// Whether to treat what a crash may leave of a log before its first run as a torn end: nothing, a truncated header, or zeros in its place,
    /// because some systems extend a file before they fill it. The stream can then be read again.
    /// </summary>
    internal bool MayLackHeader { get; init; }

    /// <summary>The bytes skipped.</summary>
    internal IReadOnlyList<(long Offset, long Length)> Damages => damages;

    /// <summary>CRC state from which the checksums of further messages continue.</summary>
    internal Crc32 CheckSums => messages.Header;

    /// <summary>Kind of the last message read; a curve is read together with its run.</summary>
    public LogMessageKind Kind { get; private set; }

    /// <summary>The last header read; set once <see cref="Read"/> has returned true.</summary>
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

    /// <summary>Seconds since the session of <see cref="Run"/> began, if the log has them.</summary>
    public double? Elapsed { get; private set; }

    /// <summary>The curve of <see cref="Run"/>, null if the sweep has none.</summary>
    public RunCurve? Curve { get; private set; }

    /// <summary>The runs of the last <see cref="LogMessageKind.InFlight"/> message.</summary>
    public IReadOnlyList<RunUnderWay> InFlight { get; private set; } = [];

    /// <summary>Whether the last such message completes the list of runs in flight at its time.</summary>
    public bool IsInFlightWhole { get; private set; }

    /// <summary>
    /// Training time of the sessions read so far in seconds, up to the last run of each; 0 in merged logs and those of older programs.
    /// </summary>
    public double TrainingSeconds => earlierSeconds + sessionSeconds;

    /// <summary>Bytes read so far that belong to complete messages; a curve is complete only with its run.</summary>
    public long Offset => tornOffset ?? curveOffset ?? messages.Position;

    /// <summary>
    /// Whether a crash tore the log: it ends within a message, or between a curve and its run. The torn end begins at <see cref="Offset"/>.
    /// </summary>
    public bool IsTorn => tornOffset is not null;

    /// <summary>Headers read so far: more than one in logs joined end to end.</summary>
    public int Headers { get; private set; }

    /// <summary>
    /// Opens a log that may still be written to.
    /// </summary>
    /// <param name="path">A file, a pipe, or - for the standard input.</param>
    /// <exception cref="UserErrorException">There is no such file or it cannot be read.</exception>
    public static RunLogReader Open(string path) => new(LogFile.OpenToRead(path), path) { OwnsStream = true };

    /// <summary>The header of a log; null if there is no file, or no record in it yet.</summary>
    /// <exception cref="UserErrorException">The file is not a log, or cannot be read.</exception>
    public static LogHeader? HeaderOf(string path)
    {
        // Not opened if it is empty: a named pipe would make this wait.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            return null;

        using Stream file = LogFile.OpenToRead(path);
        using var reader = new RunLogReader(file, path) { MayLackHeader = true };
        return reader.Read() ? reader.Header : null;
    }

    /// <summary>
    /// Reads the next message.
    /// </summary>
    /// <returns>False at the end of the log, or where it is torn.</returns>
    /// <exception cref="UserErrorException">The file is not a log, or is damaged before its end.</exception>
    public bool Read()
    {
        if (IsTorn)
            return false;

        try
        {
            while (TryRead(out LogMessage message))
            {
                if (TryAccept(message) && message.Kind != LogMessageKind.Curve)
                    return true;
            }

            if (Headers == 0 && !MayLackHeader)
                throw new UserErrorException("is empty; must be a log");

            tornOffset ??= curveOffset;
            return false;
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException($"{name}: is damaged at byte {messageOffset} ({e.Message}); {WayOn}", e);
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
        if (OwnsStream)
            stream.Dispose();
    }

    private bool OwnsStream { get; init; }

    private string WayOn => Header.Numerics == Numerics.Version && Headers == 1
        ? $"must be a whole log: 'parity sweep --resume {name}' keeps every complete run and trains the others again"
        : "must be a whole log: a copy, or one trained again";

    /// <summary>Goes to the next message, skipping damage if requested; false at the end, torn or not.</summary>
    private bool TryRead(out LogMessage message)
    {
        while (true)
        {
            messageOffset = messages.Position;
            try
            {
                return messages.Read(out message);
            }
            catch (InvalidDataException e)
            {
                Recover(e);
                message = default;
                if (IsTorn)
                    return false;
            }
        }
    }

    /// <summary>Finds out whether unreadable bytes are a torn end or damage, and skips them.</summary>
    private void Recover(InvalidDataException error)
    {
        if (!messages.StartsAsLog && !(MayLackHeader && LogFile.IsZero(stream)))
            throw new UserErrorException("is not a parity log; must be a file that 'parity sweep --log' wrote", error);

        bool goesOn = messages.StartsAsLog && messages.FindNext();
        if (Headers == 0 && (goesOn || !MayLackHeader))
        {
            throw new UserErrorException(
                goesOn
                    ? $"its header is damaged ({error.Message}); must be a whole log: a copy, or one trained again"
                    : "is truncated in its header and holds no run; must be a log with its header: 'parity sweep --resume' with the sweep's options starts it again",
                error);
        }

        if (!goesOn)
        {
            tornOffset = curveOffset ?? messageOffset;
            return;
        }

        if (!SkipsDamage)
            throw error;

        // The damage may be the run of the pending curve. If the run does come, it has no curve.
        long from = curveOffset ?? messageOffset;
        pending = default;
        curveOffset = null;
        damages.Add((from, messages.Position - from));
    }

    /// <summary>Accepts a message; false if it does not fit the others and damage is skipped.</summary>
    private bool TryAccept(in LogMessage message)
    {
        try
        {
            Accept(message);
            return true;
        }
        catch (InvalidDataException) when (damages.Count > 0)
        {
            damages.Add((messageOffset, messages.Position - messageOffset));
            return false;
        }
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
                if (message.PointIndex >= Points.Count || (message.PointIndex != PointsRead && damages.Count == 0))
                    throw new InvalidDataException("a point out of order");

                PointsRead = message.PointIndex + 1;
                break;
            case LogMessageKind.InFlight:
                foreach (RunUnderWay run in message.InFlight!)
                    Check(run);

                InFlight = message.InFlight;
                IsInFlightWhole = !message.More;
                break;
            case LogMessageKind.Run:
                Check(new RunUnderWay(message.Run.Point, message.Run.Seed, message.Run.Steps));
                CheckCurve(message.Run);
                Run = message.Run;
                Elapsed = message.Elapsed;
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
            throw new InvalidDataException("a curve in a log without curves");

        if ((message.Curve!.HasGap, message.Curve.HasNorms) != (Header.Spec.CurveGap, Header.Spec.CurveNorms))
            throw new InvalidDataException("a curve with columns other than the sweep's");

        if (message.Curve.Tasks.Length > 0 && (message.Curve.TaskCurves.Length > 0) != Header.Spec.CurveTasks)
            throw new InvalidDataException("a curve with task losses other than the sweep's");

        pending = message;
        curveOffset = messageOffset;
    }

    private void Check(in RunUnderWay run)
    {
        SweepSpec spec = Header.Spec;
        bool known = run.Point >= 0 && run.Point < (damages.Count > 0 ? Points.Count : PointsRead)
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

        Point point = Points[run.Point];
        if (curve.Monomials != point.Target.Monomials.Length || curve.Tasks.Length != point.Tasks.Count)
            throw new InvalidDataException("a curve with columns other than its point's");
    }
}
