using System.Diagnostics;
using System.Globalization;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Science;

/// <summary>Memory of a whole sweep, measured on the built program by the operating system.</summary>
public sealed class MemoryTests
{
    private const long Limit = 500_000_000;
    private const long Noise = 50_000_000;

    [LinuxFact]
    public void A_million_runs_need_no_more_memory_than_a_hundred_thousand()
    {
        long few = PeakBytes(seeds: 100_000);
        long many = PeakBytes(seeds: 1_000_000);

        Assert.InRange(many, 1, Limit);
        Assert.InRange(many - few, -Noise, Noise);
    }

    /// <summary>The most memory a sweep of runs of one or two steps had resident.</summary>
    private static long PeakBytes(int seeds)
    {
        using var folder = new TemporaryFolder();
        string[] sweep =
        [
            Path.Combine(AppContext.BaseDirectory, "parity.dll"), "sweep", "--device", "cpu", "--n", "5", "--k", "2",
            "--width", "8", "--batch", "4", "--max-steps", "2", "--test-samples", "32", "--seeds", $"{seeds}",
            "--log", folder["log"], "--format", "json", "--quiet",
        ];
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var child = Process.Start(
            new ProcessStartInfo(host, sweep) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = child.StandardOutput.ReadToEndAsync();
        var error = child.StandardError.ReadToEndAsync();
        // The kernel forgets the peak when the process ends, so it is read until then.
        long peak = 0;
        do
            peak = Math.Max(peak, PeakSoFar(child.Id));
        while (!child.WaitForExit(20));

        Assert.Equal(0, child.ExitCode);
        Assert.Contains($"\"seeds\": {seeds}", output.Result, StringComparison.Ordinal);
        Assert.StartsWith("log:", error.Result, StringComparison.Ordinal);
        return peak;
    }

    /// <summary>VmHWM of /proc/PID/status, 0 once the process has ended.</summary>
    private static long PeakSoFar(int process)
    {
        const string Field = "VmHWM:";
        const string Unit = "kB";
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[Field.Length..^Unit.Length], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute()
        {
            if (!OperatingSystem.IsLinux())
                Skip = "the peak is read from /proc";
        }
    }
}
