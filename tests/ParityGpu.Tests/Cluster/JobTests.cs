using System.Diagnostics;
using ParityGpu.Tests.Cli;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ParityGpu.Tests.Cluster;

/// <summary>The jobs that parity slurm and parity kubernetes write.</summary>
public sealed class JobTests : IDisposable
{
    private static readonly string[] Sweep = ["--n", "12", "--width", "10,20", "--seeds", "6", "--schedule", "0=1,100=0.1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_slurm_script_has_what_was_asked_for()
    {
        CommandResult result = CommandLine.Run([
            "slurm", .. Sweep, "--shards", "5", "--time", "1-12:30:00", "--partition", "short,long", "--account", "lab", "--cpus", "4",
            "--memory", "2G", "--gpus", "2", "--folder", "logs/a/", "--at-once", "3", "--setup", "module load cuda", "--setup", "export A='b c'"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.Split('\n');
        Assert.Equal("#!/bin/bash", lines[0]);
        Assert.Equal(
            [
                "--job-name=parity", "--array=0-4%3", "--time=1-12:30:00", "--partition=short,long", "--account=lab", "--cpus-per-task=4", "--mem=2G",
                "--gres=gpu:2", "--output=logs/a/shard-%a.out", "--open-mode=append", "--requeue",
            ],
            lines.Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line["#SBATCH ".Length..]));
        Assert.Contains("    --device all \\", lines);
        Assert.Equal(["module load cuda", "export A='b c'"], lines.SkipWhile(line => line.Length > 0).Skip(1).Take(2));
        Assert.Contains("    --device cuda \\", CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "--gpus", "1"]).Output.Split('\n'));
        Assert.Contains("#   parity merge logs/a/shard-*.msgpack -o logs/a/sweep.msgpack", lines);

        string[] plain = CommandLine.Run(["slurm", .. Sweep, "--shards", "5"]).Output.Split('\n');
        Assert.DoesNotContain(plain, line => line.Contains("--device", StringComparison.Ordinal) || line.Contains("gres", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slurm_script_runs_the_shard_of_its_task()
    {
        if (OperatingSystem.IsWindows())
            return;

        File.WriteAllText(folder["spec.json"], """{ "n": 12, "width": [10, 20], "seeds": 6, "schedule": "0=1,100=0.1" }""");
        CommandResult written = CommandLine.Run("slurm", folder["spec.json"], "--shards", "5", "--cpus", "3", "-o", folder["job.sh"]);
        Assert.Equal($"{folder["job.sh"]}: submit with: mkdir -p shards && sbatch {folder["job.sh"]}\n", written.Output.ReplaceLineEndings("\n"));
        Assert.Equal(File.ReadAllText(folder["job.sh"]), CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "--cpus", "3"]).Output);

        Assert.Equal(
            (0, "sweep --n 12 --width 10,20 --schedule 0=1,100=0.1 --seeds 6 --threads 3 --shard 3/5 --log shards/shard-3.msgpack --resume"),
            RunTask("printf %s\\n", 3));

        CommandLine.Run("slurm", folder["spec.json"], "--shards", "5", "-o", folder["job.sh"]).MustBeUserError("-o", "--force");
    }

    /// <summary>Slurm does not expand variables in directives, so the shell that submits the script names the output.</summary>
    [Theory]
    [InlineData("my logs/@a,b", "--log my logs/@a,b/shard-3.msgpack", "mkdir -p \"my logs/@a,b\" && sbatch {0}")]
    [InlineData("~/logs", "--log /home/x/logs/shard-3.msgpack", "mkdir -p \"$HOME/logs\" && sbatch --output=\"$HOME/logs/shard-%a.out\" {0}")]
    [InlineData("$SCRATCH/a b", "--log /big disk/a b/shard-3.msgpack", "mkdir -p \"$SCRATCH/a b\" && sbatch --output=\"$SCRATCH/a b/shard-%a.out\" {0}")]
    public void The_folder_of_the_logs_may_have_spaces_and_variables(string given, string log, string submit)
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandResult written = CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "--folder", given, "-o", folder["job.sh"]]);

        Assert.Equal($"{folder["job.sh"]}: submit with: {string.Format(submit, folder["job.sh"])}\n", written.Output.ReplaceLineEndings("\n"));
        Assert.Contains(log, RunTask("printf %s\\n", 3).Output, StringComparison.Ordinal);
        string script = File.ReadAllText(folder["job.sh"]);
        Assert.Equal(given[0] == 'm', script.Contains($"#SBATCH --output=\"{given}/shard-%a.out\"\n", StringComparison.Ordinal));
        Assert.DoesNotContain("#SBATCH --output=\"$", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a%j")]
    [InlineData("$(rm -r x)")]
    [InlineData("`x`")]
    [InlineData("a$")]
    public void What_a_shell_would_run_is_no_folder(string given) =>
        CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "--folder", given]).MustBeUserError("--folder", given);

    [Fact]
    public void More_tasks_than_an_array_has_are_several_arrays()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] command = ["slurm", "--n", "12", "--width", "10", "--seeds", "2500", "--shards", "2500", "-o", folder["job.sh"]];
        Assert.Contains("for first in $(seq 0 1000 2499); do sbatch ", CommandLine.Run(command).Output, StringComparison.Ordinal);

        string script = File.ReadAllText(folder["job.sh"]);
        Assert.Contains("\n#SBATCH --array=0-999\n", script, StringComparison.Ordinal);
        Assert.Contains("MaxArraySize", script, StringComparison.Ordinal);
        Assert.Contains(" --shard 7/2500 --log shards/shard-7.msgpack ", RunTask("printf %s\\n", 7).Output, StringComparison.Ordinal);
        Assert.Contains(" --shard 2499/2500 ", RunTask("printf %s\\n", 499, "2000").Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), RunTask("printf %s\\n", 500, "2000"));
    }

    /// <summary>Only what may be over soon is tried again, and not for ever.</summary>
    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(2, 0, "")]
    [InlineData(75, 0, "requeue 123")]
    [InlineData(75, 9, "requeue 123")]
    [InlineData(75, 10, "")]
    public void A_slurm_task_is_put_back_into_the_queue_where_that_helps(int exitCode, int restarts, string scontrol)
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "-o", folder["job.sh"]]);
        foreach ((string name, string text) in new[] { ("program", $"exit {exitCode}"), ("scontrol", "echo $*") })
        {
            File.WriteAllText(folder[name], $"#!/bin/sh\n{text}\n");
            File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Equal((exitCode, scontrol), RunTask("./program", 3, restarts: restarts));
    }

    [Fact]
    public void A_slurm_task_passes_the_end_of_its_time_on()
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandLine.Run(["slurm", .. Sweep, "--shards", "5", "-o", folder["job.sh"]]);
        File.WriteAllText(folder["program"], "#!/bin/sh\ntrap 'sleep 0.2; echo stopped; exit 143' TERM\nkill -TERM $PPID\nwhile :; do sleep 0.01; done\n");
        File.SetUnixFileMode(folder["program"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal((143, "stopped"), RunTask("./program", 3));
    }

    /// <summary>Disrupted pods are no failures, hopeless ones are not tried again, and no pod starts while another has its log.</summary>
    [Fact]
    public void A_kubernetes_job_tells_failures_apart()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(
            CommandLine.Run(["kubernetes", .. Sweep, "--shards", "5", "--at-once", "2", "--image", "a", "--claim", "b", "--gpus", "2"]).Output));
        YamlNode spec = yaml.Documents[0].RootNode["spec"];

        Assert.Equal(("2", "Failed"), ($"{spec["parallelism"]}", $"{spec["podReplacementPolicy"]}"));
        YamlNode rules = spec["podFailurePolicy"]["rules"];
        Assert.Equal(("Ignore", "DisruptionTarget"), ($"{rules[0]["action"]}", $"{rules[0]["onPodConditions"][0]["type"]}"));
        Assert.Equal(("FailIndex", "In"), ($"{rules[1]["action"]}", $"{rules[1]["onExitCodes"]["operator"]}"));
        Assert.Equal($"{spec["template"]["spec"]["containers"][0]["name"]}", $"{rules[1]["onExitCodes"]["containerName"]}");
        Assert.Equal(["1", "2", "70"], ((YamlSequenceNode)rules[1]["onExitCodes"]["values"]).Select(value => $"{value}"));
        Assert.Contains("all", ((YamlSequenceNode)spec["template"]["spec"]["containers"][0]["args"]).Select(argument => $"{argument}"));
        CommandLine.Run(["kubernetes", .. Sweep, "--shards", "5", "--image", "a", "--claim", "b", "--folder", "/$X"]).MustBeUserError("--folder /$X");
    }

    [Fact]
    public void A_kubernetes_manifest_is_an_indexed_job()
    {
        CommandResult result = CommandLine.Run([
            "kubernetes", .. Sweep, "--shards", "5", "--image", "host:5000/lab/parity:1@sha256:ab", "--claim", "logs", "--name", "my-job", "--cpus", "4",
            "--memory", "2G", "--gpus", "1", "--device", "opencl"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(result.Output));
        YamlNode job = Assert.Single(yaml.Documents).RootNode;
        Assert.Equal("batch/v1", Text(job["apiVersion"]));
        Assert.Equal("Job", Text(job["kind"]));
        Assert.Equal("my-job", Text(job["metadata"]["name"]));
        Assert.Equal("Indexed", Text(job["spec"]["completionMode"]));
        Assert.Equal("5", Text(job["spec"]["completions"]));
        Assert.Equal("5", Text(job["spec"]["parallelism"]));
        YamlNode pod = job["spec"]["template"]["spec"];
        Assert.Equal("Never", Text(pod["restartPolicy"]));
        YamlNode container = Assert.Single(((YamlSequenceNode)pod["containers"]).Children);
        Assert.Equal("host:5000/lab/parity:1@sha256:ab", Text(container["image"]));
        Assert.Equal(["parity", "sweep"], Texts(container["command"]));
        Assert.Equal(
            [
                "--n", "12", "--width", "10,20", "--schedule", "0=1,100=0.1", "--seeds", "6", "--device", "opencl", "--threads", "4",
                "--shard", "auto", "--log", "/shards/shard-$(JOB_COMPLETION_INDEX).msgpack", "--resume",
            ],
            Texts(container["args"]));
        Assert.Equal(("PARITY_SHARDS", "5"), (Text(container["env"][0]["name"]), Text(container["env"][0]["value"])));
        YamlNode limits = container["resources"]["limits"];
        Assert.Equal(("4", "2Gi", "1"), (Text(limits["cpu"]), Text(limits["memory"]), Text(limits["nvidia.com/gpu"])));
        Assert.Equal("/shards", Text(container["volumeMounts"][0]["mountPath"]));
        Assert.Equal("logs", Text(pod["volumes"][0]["persistentVolumeClaim"]["claimName"]));

        static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

        static IEnumerable<string> Texts(YamlNode node) => ((YamlSequenceNode)node).Children.Select(Text);
    }

    /// <summary>Runs job.sh as a task of an array, with another program than parity.</summary>
    private (int ExitCode, string Output) RunTask(string program, int task, string? argument = null, int restarts = 0)
    {
        var start = new ProcessStartInfo("bash", ["job.sh", .. argument is null ? (string[])[] : [argument]])
        {
            WorkingDirectory = folder.Root,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in new[]
        {
            ("PARITY", program), ("SLURM_ARRAY_TASK_ID", $"{task}"), ("SLURM_CPUS_PER_TASK", "3"), ("SLURM_JOB_ID", "123"),
            ("SLURM_RESTART_COUNT", $"{restarts}"), ("HOME", "/home/x"), ("SCRATCH", "/big disk"), ("PATH", $"{folder.Root}:{Environment.GetEnvironmentVariable("PATH")}"),
        })
        {
            start.Environment[name] = value;
        }

        using Process bash = Process.Start(start)!;
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, output.TrimEnd().Replace('\n', ' '));
    }
}
