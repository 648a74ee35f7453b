using ParityGpu.RandomSpecs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Verification;
using Xunit;

namespace ParityGpu.Tests.Exactness;

/// <summary>
/// Runs of every kind have the bits that were written down for this version of the numerics, in recorded-runs.txt. If this fails,
/// a change has altered bits: undo it, or raise Numerics.Version and write the list anew
/// (dotnet run -c Release --project bench/ParityGpu.Bench -- recorded-runs 300).
/// </summary>
public sealed class RecordedRunsTests
{
    private const long FewestRuns = 700;

    [Fact]
    public void Records_and_curves_are_those_of_this_version_of_the_numerics()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Exactness", "recorded-runs.txt"));
        using var folder = new TemporaryFolder();
        var found = new List<string>();
        long runs = 0;
        foreach (string line in lines)
        {
            string options = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            string log = folder[$"{found.Count}"];
            CommandResult result = CommandLine.Run(["sweep", .. options.Split(' '), "--device", "cpu", "--quiet", "--log", log]);
            Assert.True(result.ExitCode == 0, $"{options}: {result.Error}");
            FinishedRun[] finished = [.. Sweep.ReadRuns(log).Select(run => new FinishedRun(run.Record, run.Curve))];
            runs += finished.Length;
            found.Add($"{RunDigest.Of(finished)} {options}");
        }

        Assert.Equal(lines, found);
        Assert.True(runs >= FewestRuns, $"{runs} runs");
    }
}
