using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cluster;

/// <summary>Where --shard auto finds the shard, in processes with an environment of their own.</summary>
public sealed class ShardOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=8", "3/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_COUNT=8", "7/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=1 PARITY_SHARDS=8", "3/8")]
    [InlineData("JOB_COMPLETION_INDEX=0 PARITY_SHARDS=2", "0/2")]
    public void The_environment_names_the_shard(string environment, string shard)
    {
        CommandResult result = Sweep(environment, "--shard auto");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"shard {shard} on cpu", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PARITY_SHARDS=8", "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX")]
    [InlineData("PARITY_SHARDS=8 SLURM_ARRAY_TASK_ID=1 JOB_COMPLETION_INDEX=1", "both")]
    [InlineData("JOB_COMPLETION_INDEX=0", "PARITY_SHARDS is not set")]
    [InlineData("JOB_COMPLETION_INDEX=8 PARITY_SHARDS=8", "8/8", "from 0 to PARITY_SHARDS - 1")]
    [InlineData("JOB_COMPLETION_INDEX=x PARITY_SHARDS=8", "JOB_COMPLETION_INDEX is 'x'")]
    [InlineData("JOB_COMPLETION_INDEX=0 PARITY_SHARDS=", "PARITY_SHARDS is ''")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=1", "only part", "PARITY_SHARDS")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2", "only part", "PARITY_SHARDS")]
    [InlineData("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=8", "SLURM_ARRAY_TASK_MIN is ''")]
    public void What_the_environment_does_not_say_is_named(string environment, params string[] names)
    {
        Sweep(environment, "--shard auto").MustBeUserError(["--shard auto", "must be", .. names]);

        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Without_auto_the_environment_does_not_matter()
    {
        const string environment = "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=8 PARITY_SHARDS=8";

        Assert.DoesNotContain("shard", Sweep(environment, "").Error, StringComparison.Ordinal);
        File.Delete(folder["log"]);
        Assert.Contains("shard 1/2", Sweep(environment, "--shard 1/2").Error, StringComparison.Ordinal);
    }

    private CommandResult Sweep(string environment, string options) => ParityProcess.RunShell(
        folder.Root,
        "unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_MAX SLURM_ARRAY_TASK_COUNT JOB_COMPLETION_INDEX PARITY_SHARDS; "
        + $"{environment} exec \"$0\" \"$1\" sweep --device cpu --n 6 --k 2 --width 10 --seeds 8 --log log {options}");
}
