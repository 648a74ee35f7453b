using System.Diagnostics;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Writes a log. Nothing is written or changed before <see cref="Start"/>. Each call of <see cref="Write"/> passes its records to the operating
/// system before it returns, so they survive a crash of the process; they are flushed to the disk once a second and at the end, so a power cut costs
/// at most the last second. One process at a time can write a log.
/// </summary>
public sealed class RunLogWriter : IRunSink, IDisposable
{
    private const long SyncMilliseconds = 1000;

    /// <summary>Maximum number of bytes waiting in memory, apart from one run and its curve.</summary>
    private const int FlushBytes = 4 << 20;

    private readonly SweepSpec spec;
    private readonly Shard shard;
    private readonly Func<int, string>? names;
    private readonly List<string> notes = [];
    private readonly Stopwatch sinceSync = Stopwatch.StartNew();
    private long sessionStart;

    /// <summary>The log to continue; a new one's file is created by <see cref="Start"/>.</summary>
    private FileStream? file;
    private MessageBuffer messages = new();
    private long wholeBytes;
    private long damagedBytes;
    private SweepSpec? earlier;
    private int pointsWritten;
    private bool created;
    private bool runsWritten;
    private string? rescued;

    private RunLogWriter(string path, SweepSpec spec, Shard? shard, Func<int, string>? names = null)
    {
        Path = path;
        this.names = names;
        this.spec = spec;
        this.shard = shard ?? Shard.Whole;
    }

    /// <summary>The file; if several names are possible, known after <see cref="Start"/>.</summary>
    public string Path { get; private set; }

    /// <summary>The runs that were in the log when it was opened.</summary>
    public RunSet Done { get; } = new();

    /// <summary>Number of those that were solved.</summary>
    public long DoneSolved { get; private set; }

    /// <summary>Bytes after the last complete record, which <see cref="Start"/> removes.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Whether nothing in the log must be cut or repaired.</summary>
    public bool IsWhole => TornBytes == 0 && damagedBytes == 0;

    /// <summary>What <see cref="Start"/> did to the log, one line each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// Prepares a new log.
    /// </summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="shard">The part of the sweep that the log is for; null for all of it.</param>
    /// <exception cref="UserErrorException">The file exists or its directory does not.</exception>
    public static RunLogWriter Create(string path, SweepSpec spec, Shard? shard = null)
    {
        LogFile.CheckNew(path, "--log", ", or add --resume to continue it");
        return new RunLogWriter(path, spec, shard);
    }

    /// <summary>
    /// Prepares a new log under the first free name of several.
    /// </summary>
    /// <param name="names">The names, by a number from 1.</param>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="shard">The part of it that the log is for.</param>
    public static RunLogWriter Create(Func<int, string> names, SweepSpec spec, Shard shard) => new(names(1), spec, shard, names);

    /// <summary>
    /// Opens and locks a log to continue its sweep, or to extend it. A file that does not exist, or contains only what a crash left before the first
    /// record, is started anew. Damage is cut out, and the affected runs are trained again.
    /// </summary>
    /// <param name="path">A log.</param>
    /// <param name="spec">The log's sweep, or one with more values or seeds.</param>
    /// <param name="shard">The part of the sweep, which must be the log's; null for all of it. Shards cannot be extended.</param>
    /// <exception cref="UserErrorException">The file is not a log, or belongs to another sweep or shard.</exception>
    /// <exception cref="LogBusyException">Another process is writing it.</exception>
    public static RunLogWriter Resume(string path, SweepSpec spec, Shard? shard = null)
    {
        if (!File.Exists(path))
            return Create(path, spec, shard);

        var writer = new RunLogWriter(path, spec, shard) { file = LogFile.OpenToWrite(path, FileMode.Open) };
        try
        {
            if (!writer.file.CanSeek)
                throw new UserErrorException($"--log {path}: is not a regular file; must be one, because it is both read and written");

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
    /// Writes what precedes the runs of this session: a new log's header and points; or, in a log to continue, a message that it was resumed, after
    /// cutting a torn last message.
    /// </summary>
    /// <param name="device">Name of the device; it may differ between sessions.</param>
    /// <exception cref="UserErrorException">The file cannot be created.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public void Start(string device)
    {
        created = file is null;
        file ??= CreateFile();
        try
        {
            Cut(file);
            if (earlier is not null || damagedBytes > 0)
                file = Rewrite(file);

            LogSession session = LogSession.Now(device);
            if (wholeBytes == 0)
            {
                LogFormat.WriteHeader(messages, new LogHeader(LogFormat.Schema, session, spec, shard, Numerics.Version));
            }
            else
            {
                LogFormat.WritePoints(messages, spec, pointsWritten);
                LogFormat.WriteResumed(messages, session);
            }

            sessionStart = Stopwatch.GetTimestamp();
            Flush(file, sync: true);
        }
        catch
        {
            Discard();
            throw;
        }
    }

    /// <summary>Removes a log that this session created but wrote no run to, restoring the previous state.</summary>
    public void Discard()
    {
        if (!created || runsWritten)
            return;

        file?.Dispose();
        file = null;
        File.Delete(Path);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or gone; the log holds complete records and at most one torn record.</exception>
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

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public void WriteInFlight(IReadOnlyList<RunUnderWay> runs)
    {
        LogFormat.WriteInFlight(messages, runs);
        Flush(file ?? throw new InvalidOperationException("The log is not started."), sync: false);
    }

    /// <summary>Flushes everything to the disk, and checks that the log is still in its place.</summary>
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
        using var reader = new RunLogReader(log, Path) { SkipsDamage = true, MayLackHeader = true };
        int[] places = [];
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Header)
            {
                CheckHeld(reader);
                places = LogCopy.Places(reader.Points, spec);
            }
            else if (reader.Kind == LogMessageKind.Run)
            {
                if (!Done.Add(places[reader.Run.Point], reader.Run.Seed))
                    throw new UserErrorException($"{Path}: holds seed {reader.Run.Seed} of point {reader.Run.Point} twice; must hold each run once");

                DoneSolved += reader.Run.Outcome == Outcome.Solved ? 1 : 0;
            }
        }

        wholeBytes = reader.Offset;
        TornBytes = log.Length - reader.Offset;
        if (reader.Headers == 0)
            return;

        damagedBytes = reader.Damages.Sum(damage => damage.Length);
        earlier = SpecFile.FirstDifference(reader.Header.Spec, spec) is null ? null : reader.Header.Spec;
        pointsWritten = reader.PointsRead;
        messages = new MessageBuffer(reader.CheckSums);
    }

    /// <summary>Checks that the sweep contains every run of the log's sweep, and is the same one if it is a shard.</summary>
    private void CheckHeld(RunLogReader reader)
    {
        if (reader.Headers > 1)
            throw new UserErrorException($"--resume {Path}: holds several logs joined; must be the log of one sweep");

        bool isPart = shard.IsPart || reader.Header.Shard.IsPart;
        SpecSetting? differing = isPart ? SpecFile.FirstDifference(reader.Header.Spec, spec) : SpecFile.FirstNotHeld(reader.Header.Spec, spec);
        if (differing is not null)
        {
            throw new UserErrorException(
                $"{differing.Option} {differing.Shown(spec)}: --resume {Path} is the log of a sweep with {differing.Shown(reader.Header.Spec)}; must be "
                + (isPart ? "the same sweep, because a shard cannot be extended" : "the same sweep, or one with more seeds or values"));
        }

        if (reader.Header.Numerics != Numerics.Version)
        {
            throw new UserErrorException(
                $"--resume {Path}: its runs have numerics version {reader.Header.Numerics}, but this program has version {Numerics.Version} and would give other "
                + $"bits; must be continued by a program of version {reader.Header.Numerics}, or trained again");
        }

        if (reader.Header.Shard == shard)
            return;

        string other = reader.Header.Shard.IsPart ? $"shard {reader.Header.Shard}" : "the whole sweep";
        throw new UserErrorException(
            shard.IsPart
                ? $"--shard {shard}: --resume {Path} is the log of {other}; must be the same shard"
                : $"--resume {Path}: is the log of {other}; must be used with --shard {reader.Header.Shard}");
    }

    private FileStream CreateFile()
    {
        for (int number = 2; ; number++)
        {
            try
            {
                return LogFile.OpenToWrite(Path, FileMode.CreateNew);
            }
            catch (LogBusyException) when (names is not null)
            {
                Path = names(number);
            }
        }
    }

    /// <summary>
    /// Replaces the log by a copy of its complete messages, with the points of the whole sweep. The copy takes the log's name once it is on the disk,
    /// so a crash leaves either the one or the other.
    /// </summary>
    private FileStream Rewrite(FileStream log)
    {
        string place = LogFile.Target(Path);
        string partial = $"{place}.new";
        try
        {
            using (var copy = new FileStream(partial, FileMode.Create, FileAccess.Write))
                messages = LogCopy.Write(log, Path, copy, spec);

            if (damagedBytes > 0)
            {
                string damaged = LogFile.NameBeside(place, "damaged");
                File.Copy(place, damaged);
                notes.Add(
                    $"{Path}: {damagedBytes} bytes are damaged; the runs in them are trained again, and the original log is kept as {damaged}");
            }
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        log.Dispose();
        File.Move(partial, place, overwrite: true);
        if (earlier is not null)
            notes.Add($"{Path}: extended from {earlier.Runs} to {spec.Runs} runs");

        FileStream rewritten = LogFile.OpenToWrite(Path, FileMode.Open);
        rewritten.Position = wholeBytes = rewritten.Length;
        pointsWritten = int.MaxValue;
        return rewritten;
    }

    /// <summary>Cuts a torn tail and seeks to the end.</summary>
    private void Cut(FileStream log)
    {
        if (TornBytes > 0)
            notes.Add($"{Path}: removed {TornBytes} bytes of an incomplete record");

        try
        {
            log.SetLength(wholeBytes);
            log.Position = wholeBytes;
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new UserErrorException($"--log {Path}: cannot be truncated; must be a regular file", e);
        }
    }

    /// <summary>A log that has lost its name would vanish when the process ends, so its contents are saved beside its place.</summary>
    private void CheckPlace(FileStream log)
    {
        if (LogFile.IsAt(log, Path))
            return;

        // Runs that end while the sweep is stopping arrive later: the file is saved again with them.
        rescued ??= LogFile.NameBeside(Path, "rescued");
        throw new LogLostException($"{Path}: was moved, removed or replaced while it was written; {LogFile.Rescue(log, rescued)}");
    }

    private void Flush(FileStream started, bool sync)
    {
        LogFile.Append(started, messages.WrittenSpan);
        messages.Clear();
        if (!sync)
            return;

        started.Flush(flushToDisk: true);
        CheckPlace(started);
        sinceSync.Restart();
    }
}
