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
internal sealed record ClusterTasks(SweepSpec Spec, int Count, string Folder, int Cpus, string? Memory, int? Gpus, string? Device)
{
    /// <summary>The sweep in a few words.</summary>
    public string Description =>
        $"{SweepCommand.Count(Spec.Runs, "run")} ({SweepCommand.Count(Spec.Runs / Spec.Seeds, "point")} x {SweepCommand.Count(Spec.Seeds, "seed")}) "
        + $"in {SweepCommand.Count(Count, "shard")}";

    /// <summary>The sweep's log, once there is one.</summary>
    public string Merged => $"{Folder}/sweep.msgpack";

    /// <summary>How the logs of the shards become one.</summary>
    public string Merge => $"parity merge {Folder}/shard-*.msgpack -o {Merged}";

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
