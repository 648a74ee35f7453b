using System.CommandLine;
using ParityGpu.Cli.Commands;
using ParityGpu.Logs;

namespace ParityGpu.Cli.Cluster;

/// <summary>parity merge: the logs of a sweep's shards become the log of the sweep.</summary>
internal static class MergeCommand
{
    /// <summary>Most ranges of shards that a message names.</summary>
    private const int MaxRanges = 30;

    public static Command Create()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = "logs of one sweep, of its shards or of parts of its seeds",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "the log to write, a new file",
            HelpName = "file",
            Required = true,
        };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "write what there is even if runs are missing" };
        var command = new Command("merge", "Joins logs of a sweep's shards, or of the same settings and other seeds, into one log.") { logs, output, allowMissing };
        command.SetAction(parsed => Run(
            parsed.GetValue(logs)!,
            parsed.GetValue(output)!,
            parsed.GetValue(allowMissing),
            parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string[] logs, string path, bool allowMissing, InvocationConfiguration invocation)
    {
        if (path.Trim().Length == 0)
            throw new UserErrorException("--output '': must be the name of a file");

        try
        {
            return Merge(logs, path, allowMissing, invocation);
        }
        catch (IOException e)
        {
            throw new IOException($"{path}: {e.Message}; nothing is written", e);
        }
    }

    private static int Merge(string[] logs, string path, bool allowMissing, InvocationConfiguration invocation)
    {
        using var merger = new LogMerger(path);
        foreach (string log in logs)
            merger.Add(log);

        foreach ((string torn, long offset) in merger.Torn)
            invocation.Error.WriteLine($"{torn}: the last record is cut or damaged at byte {offset}; taken up to there");

        if (merger.Missing() is { } missing)
        {
            invocation.Error.WriteLine(Describe(missing, merger.Planned) + (allowMissing
                ? $"; 'parity sweep --resume {path}' trains them"
                : "; nothing is written: train them first, or add --allow-missing"));
            if (!allowMissing)
                return ExitCodes.Failed;
        }

        merger.Write();
        invocation.Output.WriteLine($"{path}: {SweepCommand.Count(merger.Runs, "run")} of {SweepCommand.Count(logs.Length, "log")}");
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

    /// <summary>Ascending numbers as sbatch --array takes them.</summary>
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
