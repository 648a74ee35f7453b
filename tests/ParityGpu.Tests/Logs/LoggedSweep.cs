using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Tests.Logs;

/// <summary>Sweeps of the CPU into a log with checkpoints, as the program trains them.</summary>
internal static class LoggedSweep
{
    /// <summary>Trains what a log lacks.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="path">Its log.</param>
    /// <param name="device">The CPU.</param>
    /// <param name="launched">Told after each launch; false stops the sweep.</param>
    /// <returns>What the user is told.</returns>
    public static List<string> Train(SweepSpec spec, string path, Device device, Func<bool>? launched = null)
    {
        var told = new List<string>();
        using var stop = new CancellationTokenSource();
        IReadOnlyList<BankDevice> devices = BankDevice.Of(device);
        using RunLogWriter log = RunLogWriter.Resume(path, spec);
        try
        {
            log.Start("cpu");
            told.AddRange(log.Notes);
            var file = new CheckpointFile(CheckpointFile.Beside(path), spec);
            new SweepRunner
            {
                Spec = spec,
                Devices = devices,
                Sink = log,
                Done = log.Done,
                Checkpoint = new CheckpointPlan(file, TimeSpan.FromTicks(10), file.ReadUnfinished(log.Done, told.Add)),
                Progress = _ =>
                {
                    if (launched?.Invoke() == false)
                        stop.Cancel();
                },
            }.Run(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped on purpose.
        }
        finally
        {
            foreach (BankDevice each in devices)
                each.Dispose();
        }

        return told;
    }

    /// <summary>The runs and curves of a log by point and seed, as text.</summary>
    public static string[] Records(string path) =>
    [
        .. ParityGpu.Sweep.ReadRuns(path)
            .OrderBy(run => (run.Record.Point, run.Record.Seed))
            .Select(run => $"{run.Record} {string.Join(' ', run.Curve?.Points.Select(point => $"{point}") ?? [])}"),
    ];

    /// <summary>Whether a log is read to its end without a word.</summary>
    public static bool IsTakenForWhole(byte[] log)
    {
        try
        {
            var summary = new SummaryBuilder();
            using var reader = new RunLogReader(new MemoryStream(log), "log");
            summary.Add(reader, "log");
            return summary.Torn.Count == 0;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }
}
