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

    /// <summary>The file; where there are several names, known once it is started.</summary>
    public string Path { get; private set; }

    /// <summary>The runs that were in the log when it was opened.</summary>
    public RunSet Done { get; } = new();

    /// <summary>Those of them that were solved.</summary>
    public long DoneSolved { get; private set; }

    /// <summary>Bytes behind the last whole record, which <see cref="Start"/> cuts.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Whether there is nothing in the log to cut or to repair.</summary>
    public bool IsWhole => TornBytes == 0 && damagedBytes == 0;

    /// <summary>What <see cref="Start"/> did to the log, a line each.</summary>
    public IReadOnlyList<string> Notes => notes;

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
    /// Prepares a new log under the first free one of several names.
    /// </summary>
    /// <param name="names">The names, by a number from 1.</param>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="shard">The part of it that the log is for.</param>
    public static RunLogWriter Create(Func<int, string> names, SweepSpec spec, Shard shard) => new(names(1), spec, shard, names);

    /// <summary>
    /// Opens and locks a log to continue its sweep, or to extend it. A file that does not exist, or is what a crash left before the first
    /// record, is started. Damage is cut out: the runs that it hit are trained again.
    /// </summary>
    /// <param name="path">A log.</param>
    /// <param name="spec">The log's sweep, or one with more values or seeds.</param>
    /// <param name="shard">The part of it, which must be the log's; null for all of it. Shards cannot be extended.</param>
    /// <exception cref="UserErrorException">The file is no log, or of another sweep or shard.</exception>
    /// <exception cref="LogBusyException">Another process writes it.</exception>
    public static RunLogWriter Resume(string path, SweepSpec spec, Shard? shard = null)
    {
        if (!File.Exists(path))
            return Create(path, spec, shard);

        var writer = new RunLogWriter(path, spec, shard) { file = LogFile.OpenToWrite(path, FileMode.Open) };
        try
        {
            if (!writer.file.CanSeek)
                throw new UserErrorException($"--log {path}: is no ordinary file; must be one, because it is read and written");

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

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public void WriteInFlight(IReadOnlyList<RunUnderWay> runs)
    {
        LogFormat.WriteInFlight(messages, runs);
        Flush(file ?? throw new InvalidOperationException("The log is not started."), sync: false);
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

    /// <summary>Checks that the sweep has every run of the log's, and is the same one where it is a shard.</summary>
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
    /// Replaces the log by a copy of what is whole in it, with the points of the whole sweep. The copy takes the log's name once it is on the
    /// disk, so a crash leaves the one or the other.
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
                    $"{Path}: {damagedBytes} bytes are damaged; the runs that were there are trained again, and the log as it was is {damaged}");
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

    /// <summary>Cuts a torn tail and goes to the end.</summary>
    private void Cut(FileStream log)
    {
        if (TornBytes > 0)
            notes.Add($"{Path}: cut {TornBytes} bytes of a torn record");

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
