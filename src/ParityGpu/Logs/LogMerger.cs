using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>Runs missing from a merged log.</summary>
/// <param name="Runs">Their number.</param>
/// <param name="Shards">The shards that they belong to, ascending; empty if the logs do not all have the same number of shards.</param>
/// <param name="ShardCount">The number of shards; 1 if the logs do not all have the same number.</param>
public sealed record MissingRuns(long Runs, IReadOnlyList<int> Shards, int ShardCount);

/// <summary>
/// Joins logs of one sweep, shards of it or parts of its seeds, into a log of the whole sweep: first the sessions of all logs by
/// their start, then the runs by point and seed. Runs that statistics must not count, because they ended after their log last
/// said what was in flight (<see cref="PartOfLog"/>), follow a message about what was in flight in all logs. The bytes do not
/// depend on the order of the logs, nor the runs on how the sweep was split. Apart from one bit per run, memory does not depend
/// on the length of the logs; the disk temporarily holds the runs twice.
/// </summary>
public sealed class LogMerger : IDisposable
{
    private const int FlushBytes = 1 << 20;

    private readonly string folder;
    private readonly RunSorter sorter;
    private readonly List<LogSession> sessions = [];
    private readonly JoinedRuns runs = new();
    private readonly RunSet late = new();
    private readonly List<RunUnderWay> inFlight = [];
    private readonly Dictionary<Shard, long> runsOfShards = [];
    private readonly List<(string Path, long Offset)> torn = [];
    private readonly MessageBuffer message = new();
    private SweepSpec? spec;
    private bool severalSeeds;
    private bool isUnknown;
    private int numerics;
    private string first = "";

    /// <summary>
    /// Prepares a merge.
    /// </summary>
    /// <param name="path">A path beside which there is room for temporary files for sorting.</param>
    /// <param name="memory">Bytes of runs and curves that are kept in memory.</param>
    /// <exception cref="UserErrorException">Nothing can be created there.</exception>
    public LogMerger(string path, int memory = 64 << 20)
    {
        folder = $"{path}.merging-{Guid.NewGuid().ToString("N")[..8]}";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{path}: cannot be created; must be a file in a place you may write to", e);
        }

        sorter = new RunSorter(folder, memory);
    }

    /// <summary>Runs so far.</summary>
    public long Runs => runs.Count;

    /// <summary>Runs of the sweep.</summary>
    public long Planned => spec?.Runs ?? 0;

    /// <summary>Logs that end in a torn message, with the offset of its first byte.</summary>
    public IReadOnlyList<(string Path, long Offset)> Torn => torn;

    /// <summary>Adds every run of a log file.</summary>
    /// <exception cref="UserErrorException">The file is not a log, is damaged, belongs to
    /// another sweep, or contains a run that was already added.</exception>
    /// <exception cref="IOException">The runs do not fit on the disk.</exception>
    public void Add(string log)
    {
        using RunLogReader reader = RunLogReader.Open(log);
        PartOfLog? part = null;
        while (reader.Read())
        {
            switch (reader.Kind)
            {
                case LogMessageKind.Header:
                    Settle(part);
                    Begin(reader, log);
                    part = new PartOfLog(Enumerable.Range(0, reader.Points.Count).Select(reader.Planned.CountOf));
                    break;
                case LogMessageKind.Resumed:
                    sessions.Add(reader.Session);
                    break;
                case LogMessageKind.InFlight:
                    part!.Tell(reader.InFlight, reader.IsInFlightWhole);
                    break;
                case LogMessageKind.Run:
                    Add(reader, log);
                    part!.End(reader.Run);
                    break;
            }
        }

        Settle(part);
        if (reader.IsTorn)
            torn.Add((log, reader.Offset));
    }

    /// <summary>What is missing from the logs; null if nothing is.</summary>
    public MissingRuns? Missing()
    {
        long missing = Planned - Runs;
        if (missing == 0)
            return null;

        int count = runsOfShards.Keys.First().Count;
        if (count == 1 || severalSeeds || runsOfShards.Keys.Any(shard => shard.Count != count))
            return new MissingRuns(missing, [], 1);

        IEnumerable<int> shards = Enumerable.Range(0, count)
            .Where(index => runsOfShards.GetValueOrDefault(new Shard(index, count)) < new Shard(index, count).CountOf(Planned));
        return new MissingRuns(missing, [.. shards], count);
    }

    /// <summary>Writes the log.</summary>
    /// <exception cref="IOException">It does not fit on the disk.</exception>
    public void Write(Stream file)
    {
        var log = new MessageBuffer();
        LogSession[] byStart =
            [.. sessions.OrderBy(session => session.Started).ThenBy(session => session.Device, StringComparer.Ordinal)];
        LogFormat.WriteHeader(log, new LogHeader(LogFormat.Schema, byStart[0], spec!, Shard.Whole, numerics));
        foreach (LogSession session in byStart.Skip(1))
            LogFormat.WriteResumed(log, session);

        bool tellsInFlight = Missing() is not null && !isUnknown;
        WriteRuns(run => !tellsInFlight || !IsLate(run));
        if (tellsInFlight)
        {
            LogFormat.WriteInFlight(log, InFlight());
            WriteRuns(IsLate);
        }

        LogFile.Append(file, log.WrittenSpan);

        void WriteRuns(Func<(int Point, long Seed), bool> which)
        {
            foreach (var (run, messages) in sorter.Sorted())
            {
                if (!which(run))
                    continue;

                log.Add(messages);
                if (log.WrittenCount < FlushBytes)
                    continue;

                LogFile.Append(file, log.WrittenSpan);
                log.Clear();
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private void Begin(RunLogReader reader, string log)
    {
        LogHeader header = reader.Header;
        if (spec is null)
        {
            spec = header.Spec;
            numerics = header.Numerics;
            first = log;
        }
        else if (header.Numerics != numerics)
        {
            throw new UserErrorException(
                $"{log}: its runs have numerics version {header.Numerics}, those of {first} {numerics}; must be logs of one version");
        }
        else if (SpecFile.FirstDifference(spec, WithSeeds(header.Spec, spec)) is { } setting)
        {
            throw new UserErrorException(
                $"{log}: is the log of a sweep with {setting.Option} {setting.Shown(header.Spec)}, {first} of one with {setting.Shown(spec)}; "
                + "must be logs of one sweep");
        }

        if (SpecFile.FirstDifference(spec, header.Spec) is not null)
        {
            long firstSeed = Math.Min(spec.FirstSeed, header.Spec.FirstSeed);
            long end = Math.Max(spec.FirstSeed + spec.Seeds, header.Spec.FirstSeed + header.Spec.Seeds);
            spec = SpecValidation.Validate(spec with { FirstSeed = firstSeed, Seeds = end - firstSeed });
            severalSeeds = true;
        }

        sessions.Add(header.Session);
        runsOfShards.TryAdd(header.Shard, 0);
    }

    private static SweepSpec WithSeeds(SweepSpec spec, SweepSpec other) =>
        spec with { FirstSeed = other.FirstSeed, Seeds = other.Seeds };

    private void Add(RunLogReader reader, string log)
    {
        RunRecord run = reader.Run;
        runs.Add(run, run.Point, log);
        runsOfShards[reader.Header.Shard]++;
        message.Clear();
        if (reader.Curve is { } curve)
            LogFormat.WriteCurve(message, run, curve);

        LogFormat.WriteRun(message, run);
        sorter.Add((run.Point, run.Seed), message.WrittenSpan);
    }

    /// <summary>Adopts what a log says about the runs that it was for.</summary>
    private void Settle(PartOfLog? part)
    {
        if (part is null)
            return;

        inFlight.AddRange(part.Censored);
        isUnknown |= Enumerable.Range(0, (int)(spec!.Runs / spec.Seeds)).Any(part.IsUnknown);
        foreach (RunRecord run in part.Late)
            late.Add(run.Point, run.Seed);
    }

    private bool IsLate((int Point, long Seed) run) => late.Contains(run.Point, run.Seed);

    /// <summary>What was in flight in all logs, except runs that count as ended by another log.</summary>
    private RunUnderWay[] InFlight() =>
    [
        .. inFlight.GroupBy(run => (run.Point, run.Seed), (run, told) => new RunUnderWay(run.Point, run.Seed, told.Max(each => each.Steps)))
            .Where(run => !runs.Contains(run.Point, run.Seed) || IsLate((run.Point, run.Seed)))
            .OrderBy(run => (run.Point, run.Seed)),
    ];
}
