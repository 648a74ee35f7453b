using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Cluster;

/// <summary>parity slurm: a script for sbatch that trains a sweep as a job array.</summary>
internal sealed partial class SlurmCommand
{
    /// <summary>Largest array that every cluster accepts: Slurm's MaxArraySize is 1001 by default.</summary>
    private const int MaxArray = 1000;

    /// <summary>How often a task whose machine failed is put back into the queue.</summary>
    private const int Retries = 10;

    private readonly ClusterJob job = new(Shard.MaxCount, "shards");

    private readonly Option<string?> time = ClusterJob.Text(
        "--time", "time limit of a task [default: 01:00:00]", "time", Time(), "minutes, H:M:S, D-H, D-H:M or D-H:M:S");

    private readonly Option<string?> partition = ClusterJob.Text(
        "--partition", "partition to submit to", "name", Name(), "letters, digits and . _ - ,");

    private readonly Option<string?> account = ClusterJob.Text("--account", "account to charge", "name", Name(), "letters, digits and . _ - ,");

    private readonly Option<string[]> setup = new("--setup")
    {
        Description = "a shell line to run before the program, such as 'module load cuda'; may be repeated",
        HelpName = "line",
    };

    private SlurmCommand()
    {
    }

    public static Command Create()
    {
        var slurm = new SlurmCommand();
        var command = new Command("slurm", "Writes a job script for Slurm that trains a sweep in shards, one array task each.");
        slurm.job.AddTo(command, slurm.time, slurm.partition, slurm.account, slurm.setup);
        slurm.setup.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Any(char.IsControl)))
                result.AddError("--setup: a line has control characters; must be a single shell line");
        });
        command.SetAction(parsed => slurm.job.Write(parsed, tasks => slurm.Script(parsed, tasks), Submit));
        return command;
    }

    /// <summary>How to submit a script: if there are more tasks, as several arrays of up to <see cref="MaxArray"/>.</summary>
    private static string Submit(string path, ClusterTasks tasks)
    {
        string output = OutputExpands(tasks) ? $"--output={Output(tasks)} " : "";
        string submit = tasks.Count <= MaxArray
            ? $"sbatch {output}{path}"
            : $"for first in $(seq 0 {MaxArray} {tasks.Count - 1}); do sbatch {output}{path} $first; done";
        return $"mkdir -p {tasks.Word()} && {submit}";
    }

    private static string Output(ClusterTasks tasks) => tasks.Word(tasks.Count <= MaxArray ? "/shard-%a.out" : "/array-%A-%a.out");

    /// <summary>Slurm does not expand variables in a script's directives; the shell that submits it does.</summary>
    private static bool OutputExpands(ClusterTasks tasks) => tasks.Word().Contains('$', StringComparison.Ordinal);

    private string Script(ParseResult parsed, ClusterTasks tasks)
    {
        bool isOneArray = tasks.Count <= MaxArray;
        var script = new StringBuilder();
        Line("#!/bin/bash");
        Line($"# A sweep of {tasks.Description}, one array task and one log each.");
        Line($"# Submit with: {Submit("THIS_FILE", tasks)}");
        if (!isOneArray)
        {
            Line($"# Clusters limit the size of an array (MaxArraySize, usually 1001), so there are arrays of {MaxArray}, each with the offset of its first");
            Line("# shard. 'scontrol show config | grep MaxArraySize' shows yours; if it is larger than the number of shards, one array is enough:");
            Line($"#   sbatch --array=0-{tasks.Count - 1} THIS_FILE");
        }

        Line("# Submit it again after a crash or the time limit: finished shards end at once, the others continue where they");
        Line("# stopped. To submit only some of them: sbatch --array=3,7 THIS_FILE");
        Directive("job-name", "parity");
        Directive("array", $"0-{Math.Min(tasks.Count, MaxArray) - 1}{(tasks.AtOnce is { } most ? $"%{most}" : "")}");
        Directive("time", parsed.GetValue(time) ?? "01:00:00");
        Directive("partition", parsed.GetValue(partition));
        Directive("account", parsed.GetValue(account));
        Directive("cpus-per-task", $"{tasks.Cpus}");
        Directive("mem", tasks.Memory);
        Directive("gres", tasks.Gpus is { } gpus ? $"gpu:{gpus}" : null);
        Directive("output", OutputExpands(tasks) ? null : Output(tasks));
        Line("#SBATCH --open-mode=append");
        Line("#SBATCH --requeue");
        Line();
        foreach (string line in parsed.GetValue(setup) ?? [])
            Line(line);

        if (isOneArray)
        {
            Line("shard=$SLURM_ARRAY_TASK_ID");
        }
        else
        {
            Line("shard=$((SLURM_ARRAY_TASK_ID + ${1:-0}))");
            Line($"if ((shard >= {tasks.Count})); then exit 0; fi");
        }

        Line();
        Line("# The program is parity on PATH, or the command in PARITY, such as PARITY='dotnet parity.dll'. The SIGTERM that Slurm sends");
        Line("# at the time limit is passed on to it, even if it comes before the program runs; finished runs are in the log at all times.");
        Line("trap 'if [[ -n $! ]]; then kill -TERM $! 2>/dev/null; else early=1; fi' TERM");
        Line("${PARITY:-parity} sweep \\");
        foreach ((string name, string value) in tasks.Options())
            Line($"    {name} {value} \\");

        Line("    --threads \"${SLURM_CPUS_PER_TASK:-1}\" \\");
        Line($"    --shard \"$shard/{tasks.Count}\" \\");
        Line($"    --log \"{tasks.Word("/shard-$shard.msgpack").Trim('"')}\" --resume &");
        Line("program=$!");
        Line("if [[ -n ${early:-} ]]; then kill -TERM \"$program\" 2>/dev/null; fi");
        Line("wait \"$program\"");
        Line("status=$?");
        Line("while kill -0 \"$program\" 2>/dev/null; do wait \"$program\"; status=$?; done");
        Line();
        Line($"# {ExitCodes.TryAgain}: a failure that may be temporary, such as a full disk, a lost device or a log that another task is still writing.");
        Line("# The task is queued again, for any node. Other failures need attention, and end the task.");
        Line($"if ((status == {ExitCodes.TryAgain} && ${{SLURM_RESTART_COUNT:-0}} < {Retries})); then scontrol requeue \"$SLURM_JOB_ID\"; fi");
        Line("exit \"$status\"");
        Line();
        Line("# Run this afterwards; merge names the shards that lack runs, if any:");
        Line($"#   {tasks.Merge}");
        Line($"#   parity summary {tasks.Merged}");
        return script.ToString();

        void Line(string text = "") => script.Append(text).Append('\n');

        void Directive(string name, string? value)
        {
            if (value is not null)
                Line($"#SBATCH --{name}={value}");
        }
    }

    [GeneratedRegex(@"\A(?:[0-9]{1,6}|[0-9]{1,6}:[0-9]{1,2}(?::[0-9]{1,2})?|[0-9]{1,4}-[0-9]{1,2}(?::[0-9]{1,2}){0,2})\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"\A[A-Za-z0-9._,-]+\z")]
    private static partial Regex Name();
}
