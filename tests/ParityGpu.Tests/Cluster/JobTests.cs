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
            "slurm", .. Sweep, "--tasks", "5", "--time", "1-12:30:00", "--partition", "short,long", "--account", "lab", "--cpus", "4",
            "--memory", "2G", "--gpus", "2", "--folder", "logs/a/"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.Split('\n');
        Assert.Equal("#!/bin/bash", lines[0]);
        Assert.Equal(
            [
                "--job-name=parity", "--array=0-4", "--time=1-12:30:00", "--partition=short,long", "--account=lab", "--cpus-per-task=4", "--mem=2G",
                "--gres=gpu:2", "--output=logs/a/shard-%a.out", "--open-mode=append", "--requeue",
            ],
            lines.Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line["#SBATCH ".Length..]));
        Assert.Contains("    --device cuda \\", lines);
        Assert.Contains("#   parity merge logs/a/shard-*.msgpack -o logs/a/sweep.msgpack", lines);

        string[] plain = CommandLine.Run(["slurm", .. Sweep, "--tasks", "5"]).Output.Split('\n');
        Assert.DoesNotContain(plain, line => line.Contains("device", StringComparison.Ordinal) || line.Contains("gres", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slurm_script_runs_the_shard_of_its_task()
    {
        if (OperatingSystem.IsWindows())
            return;

        File.WriteAllText(folder["spec.json"], """{ "n": 12, "width": [10, 20], "seeds": 6, "schedule": "0=1,100=0.1" }""");
        CommandResult written = CommandLine.Run("slurm", folder["spec.json"], "--tasks", "5", "--cpus", "3", "-o", folder["job.sh"]);
        Assert.Equal($"{folder["job.sh"]}: submit with: mkdir -p shards && sbatch {folder["job.sh"]}\n", written.Output.ReplaceLineEndings("\n"));
        Assert.Equal(File.ReadAllText(folder["job.sh"]), CommandLine.Run(["slurm", .. Sweep, "--tasks", "5", "--cpus", "3"]).Output);

        var start = new ProcessStartInfo("bash", ["job.sh"]) { WorkingDirectory = folder.Root, RedirectStandardOutput = true };
        start.Environment["PARITY"] = "printf %s\\n";
        start.Environment["SLURM_ARRAY_TASK_ID"] = "3";
        start.Environment["SLURM_CPUS_PER_TASK"] = "3";
        using Process bash = Process.Start(start)!;
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();

        Assert.Equal(
            "sweep --n 12 --width 10,20 --schedule 0=1,100=0.1 --seeds 6 --threads 3 --shard 3/5 --log shards/shard-3.msgpack --resume",
            output.TrimEnd().Replace('\n', ' '));

        CommandLine.Run("slurm", folder["spec.json"], "--tasks", "5", "-o", folder["job.sh"]).MustBeUserError("-o", "--force");
    }

    [Fact]
    public void A_kubernetes_manifest_is_an_indexed_job()
    {
        CommandResult result = CommandLine.Run([
            "kubernetes", .. Sweep, "--tasks", "5", "--image", "host:5000/lab/parity:1@sha256:ab", "--claim", "logs", "--name", "my-job", "--cpus", "4",
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
}
