using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>The runs of one point: all their times, and some curves.</summary>
public sealed class PointRuns
{
    private readonly SortedList<long, FinishedRun> curves;
    private readonly Dictionary<long, SeedTime> seeds;
    private readonly List<int> tasksLearned = [];
    private double accuracies;
    private long withAccuracy;

    /// <summary>A point without runs.</summary>
    public PointRuns(Point point)
        : this(point, new TimeHistogram(), [], [])
    {
    }

    private PointRuns(Point point, TimeHistogram times, SortedList<long, FinishedRun> curves, Dictionary<long, SeedTime> seeds)
    {
        Point = point;
        Times = times;
        this.curves = curves;
        this.seeds = seeds;
        Limit = point.MaxSteps;
    }

    public Point Point { get; }

    public TimeHistogram Times { get; }

    /// <summary>Runs of the point that the logs are for.</summary>
    public long Planned { get; internal set; }

    /// <summary>Runs that ended, whether or not statistics may count them yet.</summary>
    public long Ended { get; internal set; }

    /// <summary>Mean accuracy on the last held-out samples over the runs that ended without diverging; null if there are none.</summary>
    public double? Accuracy => withAccuracy == 0 ? null : accuracies / withAccuracy;

    /// <summary>Number of tasks that each ended run had learned; empty without records of tasks.</summary>
    public IReadOnlyList<int> TasksLearned => tasksLearned;

    /// <summary>Whether some runs have not ended, in a log that does not say which were in flight.</summary>
    public bool IsUnknown { get; internal set; }

    /// <summary>The runs by seed, if <see cref="SummaryBuilder.KeepsSeeds"/>.</summary>
    public IReadOnlyDictionary<long, SeedTime> Seeds => seeds;

    /// <summary>Runs with their curves, by ascending seed; see <see cref="SummaryBuilder"/>.</summary>
    public IReadOnlyList<FinishedRun> Curves => curves.Values.AsReadOnly();

    /// <summary>The same runs under another point, for figures that draw two kinds of points as one.</summary>
    public PointRuns Relabelled(Point other) => new(other, Times, curves, seeds) { Planned = Planned };

    /// <summary>Adds a run.</summary>
    /// <param name="seed">Its seed.</param>
    /// <param name="time">Its steps and outcome.</param>
    /// <param name="keepSeed">Whether to store it by its seed.</param>
    public void Add(long seed, SeedTime time, bool keepSeed = false)
    {
        if (keepSeed)
            seeds.TryAdd(seed, time);

        Times.Add(time);
    }

    /// <summary>The step at which unsolved runs end, in the unit of the times.</summary>
    public long Limit { get; private init; }

    /// <summary>The same runs with times and curves in samples drawn, steps × batch.</summary>
    public PointRuns InSamples()
    {
        long batch = Point.Batch;
        var scaled = new SortedList<long, FinishedRun>(curves.ToDictionary(entry => entry.Key, entry => new FinishedRun(
            entry.Value.Record with { Steps = entry.Value.Record.Steps * batch },
            InSamples(entry.Value.Curve!, batch))));
        var times = seeds.ToDictionary(run => run.Key, run => run.Value with { Steps = run.Value.Steps * batch });
        return new PointRuns(Point, Times.Scaled(batch), scaled, times) { Limit = Limit * batch, Planned = Planned };
    }

    private static RunCurve InSamples(RunCurve curve, long batch) => curve with
    {
        Points = [.. curve.Points.Select(at => at with { Step = at.Step * batch })],
        Tasks = [.. curve.Tasks.Select(task => task with { Learned = task.IsLearned ? task.Learned * batch : TaskRecord.Never })],
    };

    /// <summary>Records how a run ended.</summary>
    internal void End(in RunRecord run, RunCurve? curve)
    {
        Ended++;
        if (double.IsFinite(run.Accuracy))
        {
            accuracies += run.Accuracy;
            withAccuracy++;
        }

        if (curve is { Tasks.Length: > 0 })
            tasksLearned.Add(curve.Tasks.Count(task => task.IsLearned));
    }

    internal void Keep(in RunRecord run, RunCurve curve, int most)
    {
        if (curves.Count == most && run.Seed > curves.Keys[^1])
            return;

        curves.Add(run.Seed, new FinishedRun(run, curve));
        if (curves.Count > most)
            curves.RemoveAt(most);
    }
}
