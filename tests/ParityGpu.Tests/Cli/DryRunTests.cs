using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class DryRunTests
{
    [Theory]
    [InlineData("--n 8 --k 2 --width 10,20 --seeds 5 --batch 8", "2 points x 5 seeds: 10 runs", "time:   about")]
    [InlineData("--n 8 --k 2 --width 10,20 --seeds 5 --batch 8 --shard 0/2 --curve 100", "10 runs, 5 runs in shard 0/2", "time:   about")]
    public void A_dry_run_says_what_a_sweep_takes_and_writes_nothing(string settings, params string[] parts)
    {
        using var folder = new TemporaryFolder();

        CommandResult result = CommandLine.Run(["sweep", .. settings.Split(' '), "--device", "cpu", "--dry-run", "--log", folder["log"]]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All([.. parts, "device: cpu", "memory: ", "log:    about", "nothing was written"], part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.Empty(folder.Files);
    }
}
