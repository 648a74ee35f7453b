using ParityGpu.Cli.Commands;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Cluster;

/// <summary>The tasks of a cluster's job, one per shard.</summary>
/// <param name="Spec">The sweep.</param>
/// <param name="Count">Number of shards.</param>
/// <param name="Folder">Where the logs are, without a slash at the end.</param>
/// <param name="Cpus">Cores of a task.</param>
/// <param name="Memory">Memory of a task, an integer and M, G or T; null for the cluster's default.</param>
/// <param name="Gpus">GPUs of a task, or null.</param>
/// <param name="Device">What --device is given, or null.</param>
/// <param name="AtOnce">Maximum number of tasks that run at a time, fewer than there are; null for all.</param>
internal sealed record ClusterTasks(SweepSpec Spec, int Count, string Folder, int Cpus, string? Memory, int? Gpus, string? Device, int? AtOnce)
{
    /// <summary>The sweep in a few words.</summary>
    public string Description =>
        $"{SweepCommand.Count(Spec.Runs, "run")} ({SweepCommand.Count(Spec.Runs / Spec.Seeds, "point")} x {SweepCommand.Count(Spec.Seeds, "seed")}) "
        + $"in {SweepCommand.Count(Count, "shard")}";

    /// <summary>The sweep's merged log, once there is one, as a shell word.</summary>
    public string Merged => Word("/sweep.msgpack");

    /// <summary>The command that merges the shards' logs.</summary>
    public string Merge => $"parity merge {Word("/")}shard-*.msgpack -o {Merged}";

    /// <summary>A place in <see cref="Folder"/> as a shell word, quoted if necessary.</summary>
    /// <param name="name">A slash and a name, or nothing.</param>
    public string Word(string name = "")
    {
        string folder = Folder.StartsWith("~/", StringComparison.Ordinal) ? "$HOME" + Folder[1..] : Folder;
        bool isPlain = folder.All(c => char.IsLetterOrDigit(c) || "/._+-".Contains(c, StringComparison.Ordinal));
        return isPlain ? folder + name : $"\"{folder}{name}\"";
    }

    /// <summary>The settings and the device as options of <c>parity sweep</c>, a name and a value each.</summary>
    public IEnumerable<(string Name, string Value)> Options()
    {
        foreach (string option in SpecSetting.Options(Spec))
        {
            int space = option.IndexOf(' ', StringComparison.Ordinal);
            yield return (option[..space], option[(space + 1)..]);
        }

        if (Device is { } device)
            yield return ("--device", device);
    }
}
