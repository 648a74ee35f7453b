using ParityGpu.Devices;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Keeps the records of a sweep in memory.</summary>
internal sealed class RecordList : IRunSink
{
    private readonly List<FinishedRun> runs = [];

    /// <summary>The records by point and seed; the order in which runs finish means nothing.</summary>
    public RunRecord[] Sorted => Sort(runs.Select(run => run.Record));

    /// <summary>The runs with their curves, by point and seed.</summary>
    public FinishedRun[] SortedRuns => [.. runs.OrderBy(run => run.Record.Point).ThenBy(run => run.Record.Seed)];

    public void Write(ReadOnlySpan<FinishedRun> runs) => this.runs.AddRange(runs);

    public static RunRecord[] Sort(IEnumerable<RunRecord> records) =>
        [.. records.OrderBy(record => record.Point).ThenBy(record => record.Seed)];

    /// <summary>All records of a sweep.</summary>
    public static RunRecord[] Of(SweepSpec spec, Device device)
    {
        var list = new RecordList();
        SweepRunner.Run(spec, device, new RunSet(), list, _ => { }, CancellationToken.None);
        return list.Sorted;
    }
}
