using System.Diagnostics;
using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Exactness;

/// <summary>The built program in a process of its own, with vectors switched off: the runtime reads that only at its start.</summary>
internal static class ChildSweep
{
    /// <summary>The CPU as the child sees it: its description ends in the width of the vectors it uses.</summary>
    public static string CpuDescription(string? disabled)
    {
        using var devices = JsonDocument.Parse(Run(disabled, "devices", "--format", "json"));
        return devices.RootElement[0].GetProperty("description").GetString()!;
    }

    /// <summary>All records of a sweep by the child.</summary>
    /// <param name="disabled">The runtime's switch to set to 0, or null.</param>
    /// <param name="spec">The sweep.</param>
    /// <param name="threads">Threads of the child's CPU device.</param>
    public static RunRecord[] Train(string? disabled, SweepSpec spec, int threads)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["sweep.json"], SpecFile.Canonical(spec));
        string log = folder["log.msgpack"];
        Run(disabled, "sweep", "--spec", folder["sweep.json"], "--log", log, "--device", "cpu", "--threads", $"{threads}", "--quiet");
        return RecordList.Sort(Read(log));
    }

    private static IEnumerable<RunRecord> Read(string log)
    {
        using var reader = RunLogReader.Open(log);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                yield return reader.Run;
        }

        Assert.False(reader.IsTorn);
    }

    private static string Run(string? disabled, params string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        if (disabled is not null)
            start.Environment[disabled] = "0";

        using var child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.Equal(0, child.ExitCode);
        return output;
    }
}
