using System.Buffers;
using System.Diagnostics;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Writes a log. Nothing is written or changed before <see cref="Start"/>. Each call of <see cref="Write"/> hands its
/// records to the operating system before it returns, so they survive the death of the process; the disk is asked for
/// them once a second and at the end, so a power cut costs at most the last second. One process at a time can write a log.
/// </summary>
public sealed class RunLogWriter : IRunSink, IDisposable
{
    private const long SyncMilliseconds = 1000;

    /// <summary>Most bytes that wait in memory, but for one run and its curve.</summary>
    private const int FlushBytes = 4 << 20;

    private readonly SweepSpec spec;
    private readonly Shard shard;
    private readonly ArrayBufferWriter<byte> messages = new();
    private readonly Stopwatch sinceSync = Stopwatch.StartNew();
    private long sessionStart;

    /// <summary>The log to continue; a new one's file is created by <see cref="Start"/>.</summary>
    private FileStream? file;
    private long wholeBytes;
    private int pointsWritten;
    private bool created;
    private bool runsWritten;
    private string? rescued;

    private RunLogWriter(string path, SweepSpec spec, Shard? shard)
    {
        Path = path;
        this.spec = spec;
        this.shard = shard ?? Shard.Whole;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The runs that were in the log when it was opened.</summary>
    public RunSet Done { get; } = new();

    /// <summary>Bytes of a torn last message, which <see cref="Start"/> cuts.</summary>
    public long TornBytes { get; private set; }

    /// <summary>
    /// Prepares a new log.
    /// </summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="shard">The part of it that the log is for; null for all of it.</param>
    /// <exception cref="UserErrorException">The file exists or its directory does not.</exception>
    public static RunLogWriter Create(string path, SweepSpec spec, Shard? shard = null)
    {
        LogFile.CheckNew(path, "--log", ", or add --resume to continue it");
        return new RunLogWriter(path, spec, shard);
    }

    /// <summary>
    /// Opens and locks a log to continue its sweep. A file that does not exist or is empty, left by a crash before
    /// the first record, is started.
    /// </summary>
    /// <param name="path">A log.</param>
    /// <param name="spec">The sweep, which must be the log's.</param>
    /// <param name="shard">The part of it, which must be the log's; null for all of it.</param>
    /// <exception cref="UserErrorException">The file is no log, of another sweep or shard, or being written.</exception>
    public static RunLogWriter Resume(string path, SweepSpec spec, Shard? shard = null)
    {
        if (!File.Exists(path))
            return Create(path, spec, shard);

        var writer = new RunLogWriter(path, spec, shard) { file = LogFile.OpenToWrite(path, FileMode.Open) };
        try
        {
            if (writer.file.Length > 0)
                writer.ReadDone(writer.file);

            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes what precedes the runs of this session: a new log's header and points, or in a log to continue, after
    /// cutting a torn last message, that it was resumed.
    /// </summary>
    /// <param name="device">Name of the device; it may differ between sessions.</param>
    /// <exception cref="UserErrorException">The file cannot be created.</exception>
    public void Start(string device)
    {
        created = file is null;
        file ??= LogFile.OpenToWrite(Path, FileMode.CreateNew);
        try
        {
            Cut(file);
            if (wholeBytes == 0)
                LogFormat.WriteHeader(messages, new LogHeader(LogFormat.Schema, LogSession.Now(device), spec, shard, Numerics.Version));

            int index = 0;
            foreach (Point point in spec.Points())
            {
                if (index >= pointsWritten)
                    LogFormat.WritePoint(messages, index, point);

                index++;
            }

            if (wholeBytes > 0)
                LogFormat.WriteResumed(messages, LogSession.Now(device));

            sessionStart = Stopwatch.GetTimestamp();
            Flush(file, sync: true);
        }
        catch
        {
            Discard();
            throw;
        }
    }

    /// <summary>Removes a log that this session created and wrote no run to, leaving the place as it was.</summary>
    public void Discard()
    {
        if (!created || runsWritten)
            return;

        file?.Dispose();
        file = null;
        File.Delete(Path);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or gone; the log holds whole records and at most one torn.</exception>
    public void Write(ReadOnlySpan<FinishedRun> runs)
    {
        FileStream started = file ?? throw new InvalidOperationException("The log is not started.");
        runsWritten |= runs.Length > 0;
        double? elapsed = Stopwatch.GetElapsedTime(sessionStart).TotalSeconds;
        foreach (ref readonly FinishedRun run in runs)
        {
            if (run.Curve is { } curve)
                LogFormat.WriteCurve(messages, run.Record, curve);

            LogFormat.WriteRun(messages, run.Record, elapsed);
            elapsed = null;
            if (messages.WrittenCount > FlushBytes)
                Flush(started, sync: false);
        }

        Flush(started, sync: sinceSync.ElapsedMilliseconds > SyncMilliseconds);
    }

    /// <summary>Asks the disk for everything written, and sees that the log is where it was.</summary>
    /// <exception cref="LogLostException">The file was moved, removed or replaced.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public void Complete()
    {
        if (file is not null)
            Flush(file, sync: true);
    }

    public void Dispose()
    {
        using (file)
            file?.Flush(flushToDisk: true);

        file = null;
    }

    private void ReadDone(FileStream log)
    {
        using var reader = new RunLogReader(log, Path);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Header)
                CheckSame(reader);
            else if (reader.Kind == LogMessageKind.Run && !Done.Add(reader.Run.Point, reader.Run.Seed))
                throw new UserErrorException($"{Path}: holds seed {reader.Run.Seed} of point {reader.Run.Point} twice; must hold each run once");
        }

        wholeBytes = reader.Offset;
        TornBytes = log.Length - reader.Offset;
        pointsWritten = reader.PointsRead;
    }

    private void CheckSame(RunLogReader reader)
    {
        if (reader.Headers > 1)
            throw new UserErrorException($"--resume {Path}: holds several logs joined; must be the log of one sweep");

        if (SpecFile.FirstDifference(reader.Header.Spec, spec) is { } setting)
        {
            throw new UserErrorException(
                $"{setting.Option} {setting.Shown(spec)}: --resume {Path} is the log of a sweep with "
                + $"{setting.Shown(reader.Header.Spec)}; must be the same sweep");
        }

        if (reader.Header.Numerics != Numerics.Version)
        {
            throw new UserErrorException(
                $"--resume {Path}: its runs have numerics version {reader.Header.Numerics}, this program's would have {Numerics.Version} and other "
                + $"bits; must be continued by a program of version {reader.Header.Numerics}, or trained anew");
        }

        if (reader.Header.Shard == shard)
            return;

        string other = reader.Header.Shard.IsPart ? $"shard {reader.Header.Shard}" : "the whole sweep";
        throw new UserErrorException(
            shard.IsPart
                ? $"--shard {shard}: --resume {Path} is the log of {other}; must be the same shard"
                : $"--resume {Path}: is the log of {other}; must come with --shard {reader.Header.Shard}");
    }

    /// <summary>Cuts a torn tail and goes to the end.</summary>
    private void Cut(FileStream log)
    {
        try
        {
            log.SetLength(wholeBytes);
            log.Position = wholeBytes;
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new UserErrorException($"--log {Path}: has no length that can be set; must be an ordinary file", e);
        }
    }

    /// <summary>A log without a name would be lost with the end of the process: what is in it is saved beside its place.</summary>
    private void CheckPlace(FileStream log)
    {
        if (LogFile.IsAt(log, Path))
            return;

        // Runs that end while the sweep is stopping come later: they replace what was saved first.
        rescued ??= LogFile.RescueName(Path);
        throw new LogLostException($"{Path}: was moved, removed or replaced while it was written; {LogFile.Rescue(log, rescued)}");
    }

    private void Flush(FileStream started, bool sync)
    {
        LogFile.Append(started, messages.WrittenSpan);
        messages.ResetWrittenCount();
        if (!sync)
            return;

        started.Flush(flushToDisk: true);
        CheckPlace(started);
        sinceSync.Restart();
    }
}
