using System.CommandLine;
using ParityGpu.Cli.Commands;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Logs;

namespace ParityGpu.Cli.Cluster;

/// <summary>parity merge: merges the logs of a sweep's shards into one log.</summary>
internal static class MergeCommand
{
    /// <summary>Maximum number of ranges of shards in a message.</summary>
    private const int MaxRanges = 30;

    public static Command Create()
    {
        Argument<string[]> logs = SharedOptions.Logs("logs of one sweep: of its shards, or of parts of its seeds");
        var result = new OutputOptions("the log", required: true);
        Option<bool> allowMissing = SharedOptions.Flag("--allow-missing", "write the log even if runs are missing");
        var command = new Command("merge", "Merges logs of a sweep's shards, or of the same settings with different seeds, into one log.") { logs, allowMissing };
        result.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(logs)!;
            using OutputFiles files = result.Begin(parsed, paths);
            OutputFile file = files.Add("-o", result.Name(parsed)!);
            try
            {
                return Merge(paths, files, file, parsed.GetValue(allowMissing), parsed.InvocationConfiguration);
            }
            catch (IOException e)
            {
                throw new IOException($"{file.Given}: {e.Message}; nothing was written", e);
            }
        });
        return command;
    }

    private static int Merge(string[] logs, OutputFiles files, OutputFile file, bool allowMissing, InvocationConfiguration invocation)
    {
        using var merger = new LogMerger(file.Path ?? Path.Combine(Path.GetTempPath(), "parity"));
        foreach (string log in logs)
            merger.Add(log);

        foreach ((string torn, long offset) in merger.Torn)
            invocation.Error.WriteLine($"{torn}: the last record is truncated or damaged at byte {offset}; read up to there");

        if (merger.Missing() is { } missing)
        {
            invocation.Error.WriteLine(Describe(missing, merger.Planned) + (allowMissing
                ? $"; 'parity sweep --resume {file.Given}' trains them"
                : "; nothing was written: train them first, or add --allow-missing"));
            if (!allowMissing)
                return ExitCodes.Failed;
        }

        merger.Write(file.Stream);
        files.Commit();
        (file.Path is null ? invocation.Error : invocation.Output).WriteLine($"{file.Given}: {SweepCommand.Count(merger.Runs, "run")} from {SweepCommand.Count(logs.Length, "log")}");
        return ExitCodes.Ok;
    }

    private static string Describe(MissingRuns missing, long planned)
    {
        string runs = $"{missing.Runs} of {planned} runs";
        return missing.Shards.Count switch
        {
            0 => $"{runs} are missing",
            1 => $"shard {missing.Shards[0]} of {missing.ShardCount} is missing {runs}",
            _ => $"shards {Ranges(missing.Shards)} of {missing.ShardCount} are missing {runs}",
        };
    }

    /// <summary>Ascending numbers in the syntax of sbatch --array.</summary>
    private static string Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
                ranges[^1] = (ranges[^1].First, number);
            else
                ranges.Add((number, number));
        }

        string text = string.Join(',', ranges.Take(MaxRanges).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
        return ranges.Count > MaxRanges ? text + ",..." : text;
    }
}
