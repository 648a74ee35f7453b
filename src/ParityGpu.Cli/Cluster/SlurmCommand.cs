using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Cluster;

/// <summary>parity slurm: a script for sbatch that trains a sweep as a job array.</summary>
internal sealed partial class SlurmCommand
{
    private readonly ClusterJob job = new(Shard.MaxCount, "shards");

    private readonly Option<string?> time = ClusterJob.Text(
        "--time", "time limit of a task [default: 01:00:00]", "time", Time(), "minutes, H:M:S, D-H, D-H:M or D-H:M:S");

    private readonly Option<string?> partition = ClusterJob.Text(
        "--partition", "partition to submit to", "name", Name(), "letters, digits and . _ - ,");

    private readonly Option<string?> account = ClusterJob.Text("--account", "account to charge", "name", Name(), "letters, digits and . _ - ,");

    private SlurmCommand()
    {
    }

    public static Command Create()
    {
        var slurm = new SlurmCommand();
        var command = new Command("slurm", "Writes a job script for Slurm that trains a sweep in shards, a task of an array each.");
        slurm.job.AddTo(command, slurm.time, slurm.partition, slurm.account);
        command.SetAction(parsed => slurm.job.Write(
            parsed, tasks => slurm.Script(parsed, tasks), (path, tasks) => $"mkdir -p {tasks.Folder} && sbatch {path}"));
        return command;
    }

    private string Script(ParseResult parsed, ClusterTasks tasks)
    {
        var script = new StringBuilder();
        Line("#!/bin/bash");
        Line($"# A sweep of {tasks.Description}, a task of the array and a log each.");
        Line($"# Submit with: mkdir -p {tasks.Folder} && sbatch THIS_FILE");
        Line("# Submit it again after a crash or the time limit: finished shards end at once, the others go on where they");
        Line("# stopped. Some of them only: sbatch --array=3,7 THIS_FILE");
        Directive("job-name", "parity");
        Directive("array", $"0-{tasks.Count - 1}");
        Directive("time", parsed.GetValue(time) ?? "01:00:00");
        Directive("partition", parsed.GetValue(partition));
        Directive("account", parsed.GetValue(account));
        Directive("cpus-per-task", $"{tasks.Cpus}");
        Directive("mem", tasks.Memory);
        Directive("gres", tasks.Gpus is { } gpus ? $"gpu:{gpus}" : null);
        Directive("output", $"{tasks.Folder}/shard-%a.out");
        Line("#SBATCH --open-mode=append");
        Line("#SBATCH --requeue");
        Line();
        Line("# The program is parity on PATH, or what PARITY says, such as PARITY='dotnet parity.dll'. Slurm's end of the time limit");
        Line("# (SIGTERM) reaches it because of the exec; what is finished is in the log at any moment.");
        Line("exec ${PARITY:-parity} sweep \\");
        foreach ((string name, string value) in tasks.Options())
            Line($"    {name} {value} \\");

        Line("    --threads \"${SLURM_CPUS_PER_TASK:-1}\" \\");
        Line(string.Create(CultureInfo.InvariantCulture, $"    --shard \"$SLURM_ARRAY_TASK_ID/{tasks.Count}\" \\"));
        Line($"    --log \"{tasks.Folder}/shard-$SLURM_ARRAY_TASK_ID.msgpack\" --resume");
        Line();
        Line("# Afterwards; merge says which shards miss runs, if any:");
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
