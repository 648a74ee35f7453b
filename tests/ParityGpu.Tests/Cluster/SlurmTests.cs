using System.Runtime.CompilerServices;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cluster;

public sealed class SlurmTests
{
    /// <summary>tests/slurm/run.sh: a real Slurm of one node, an array of eight, one task killed and submitted again.</summary>
    [SlurmFact]
    public void An_array_of_which_a_task_is_killed_and_submitted_again_has_the_results_of_one_process()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = ParityProcess.RunShell(folder.Root, $"exec '{Script()}' \"$0 $1\"");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.EndsWith("the summary of one process\n", result.Output, StringComparison.Ordinal);
    }

    private static string Script([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "slurm", "run.sh"));
}

/// <summary>
/// A test that needs Slurm and root. Without them the test is skipped, except in continuous integration (CI=true), where it
/// runs and fails.
/// </summary>
public sealed class SlurmFactAttribute : FactAttribute
{
    private static readonly string[] Programs = ["slurmctld", "slurmd", "sbatch", "munged"];

    public SlurmFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            return;

        string? missing = Programs.FirstOrDefault(program => !IsInstalled(program));
        if (missing is not null)
            Skip = $"{missing} is not installed (apt: slurmctld slurmd slurm-client munge)";
        else if (Environment.UserName != "root")
            Skip = "starting Slurm takes root";
    }

    private static bool IsInstalled(string program) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin"
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
