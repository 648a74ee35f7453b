using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>A sweep that two sets of devices do not train alike.</summary>
/// <param name="Spec">The sweep.</param>
/// <param name="Limits">How the devices were used.</param>
/// <param name="Detail">One line: the first run that differs, and how.</param>
public sealed record SpecDifference(SweepSpec Spec, LaunchLimits Limits, string Detail);

/// <summary>Trains sweeps twice, on one set of devices and on another, and compares every record and every point of every curve.</summary>
/// <param name="expected">Devices that are trusted.</param>
/// <param name="found">Devices that are not.</param>
public sealed class SpecComparison(IReadOnlyList<IRunDevice> expected, IReadOnlyList<IRunDevice> found)
{
    /// <summary>How the runs ended that have been compared so far.</summary>
    public Dictionary<Outcome, long> Outcomes { get; } = Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, _ => 0L);

    /// <summary>Points of curves that have been compared so far.</summary>
    public long CurvePoints { get; private set; }

    /// <summary>
    /// Trains a sweep on both.
    /// </summary>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="limits">How the devices that are not trusted are used; the others are used as usual.</param>
    /// <returns>Null where all bits are equal.</returns>
    /// <exception cref="DeviceFailedException">A device has failed.</exception>
    /// <exception cref="UserErrorException">A device cannot train the sweep.</exception>
    public SpecDifference? Compare(SweepSpec spec, LaunchLimits limits)
    {
        FinishedRun[] wanted = Train(spec, expected);
        FinishedRun[] got = Train(spec, [.. found.Select(device => new LimitedDevice(device, limits))]);
        foreach (FinishedRun run in wanted)
        {
            Outcomes[run.Record.Outcome]++;
            CurvePoints += run.Curve?.Points.Length ?? 0;
        }

        string? detail = wanted.Zip(got).Select(pair => Difference(pair.First, pair.Second)).FirstOrDefault(line => line is not null);
        return detail is null ? null : new SpecDifference(spec, limits, detail);
    }

    /// <summary>Trains a sweep; its runs by point and seed.</summary>
    public static FinishedRun[] Train(SweepSpec spec, IReadOnlyList<IRunDevice> devices)
    {
        var runs = new RunList();
        new SweepRunner { Spec = spec, Devices = devices, Sink = runs }.Run(CancellationToken.None);
        return [.. runs.Finished.OrderBy(run => run.Record.Point).ThenBy(run => run.Record.Seed)];
    }

    private static string? Difference(FinishedRun wanted, FinishedRun got)
    {
        // As text, because it tells −0 from 0 and does not tell NaN from NaN.
        string? line = Differ($"{wanted.Record}", $"{got.Record}");
        if (line is not null || wanted.Curve is null)
            return line;

        return wanted.Curve.Points.Zip(got.Curve!.Points).Select(pair => Differ($"{pair.First}", $"{pair.Second}")).FirstOrDefault(point => point is not null)
            is { } different ? $"point {wanted.Record.Point}, seed {wanted.Record.Seed}: {different}"
            : Differ($"{wanted.Curve.Points.Length} points", $"{got.Curve.Points.Length} points");
    }

    private static string? Differ(string wanted, string got) => wanted == got ? null : $"{got}, expected {wanted}";

    private sealed class RunList : IRunSink
    {
        public List<FinishedRun> Finished { get; } = [];

        public void Write(ReadOnlySpan<FinishedRun> runs) => Finished.AddRange(runs);
    }
}
