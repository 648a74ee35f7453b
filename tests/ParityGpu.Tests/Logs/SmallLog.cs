using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Logs;

/// <summary>A log of two points with four seeds each, with every outcome.</summary>
public static class SmallLog
{
    public static SweepSpec Spec { get; } =
        new() { N = [10], K = [3], Width = [10, 100], Lr = [0.5], Seeds = 4, FirstSeed = 7, MaxSteps = 5000 };

    public static RunRecord[] Runs { get; } =
    [
        new(0, 7, Outcome.Solved, 120, 1),
        new(1, 7, Outcome.Solved, 1, 1),
        new(1, 9, Outcome.Diverged, 3, double.NaN),
        new(0, 8, Outcome.Budget, 5000, 0.75),
        new(0, 10, Outcome.Solved, 4000, 1),
        new(0, 9, Outcome.Solved, 300, 1),
        new(1, 8, Outcome.Solved, 0, 1),
        new(1, 10, Outcome.Solved, 128, 1),
    ];

    /// <summary>Writes the first <paramref name="count"/> runs to a new file.</summary>
    public static void Write(string path, int count = int.MaxValue)
    {
        using RunLogWriter log = RunLogWriter.Create(path, Spec);
        log.Start("cpu (test)");
        log.Write(Runs.AsSpan(0, Math.Min(count, Runs.Length)));
    }

    /// <summary>Writes runs without curves.</summary>
    public static void Write(this RunLogWriter log, ReadOnlySpan<RunRecord> records) =>
        log.Write([.. records.ToArray().Select(record => new FinishedRun(record))]);

    /// <summary>A log whose messages were changed, with the check sums that they have now.</summary>
    public static byte[] Sealed(byte[] log)
    {
        var messages = new MessageBuffer();
        messages.Add(log);
        return messages.WrittenSpan.ToArray();
    }

    /// <summary>The runs a reader finds.</summary>
    public static List<RunRecord> ReadRuns(RunLogReader reader)
    {
        var runs = new List<RunRecord>();
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                runs.Add(reader.Run);
        }

        return runs;
    }
}
