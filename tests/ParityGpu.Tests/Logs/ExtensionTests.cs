using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>A log goes on by itself, with more seeds, and with more values of any setting.</summary>
public sealed class ExtensionTests : IDisposable
{
    private static readonly SweepSpec Spec = new()
    {
        N = [10],
        K = [2],
        Width = [20],
        Batch = [8],
        Lr = [0.05],
        FirstSeed = 5,
        Seeds = 4,
        MaxSteps = 3000,
        Curve = CurveSteps.Every(1000),
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_results_are_those_of_the_large_sweep_and_its_runs_are_trained_once()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        SweepSpec[] larger =
        [
            Spec with { Seeds = 9 },
            Spec with { FirstSeed = 3, Seeds = 6 },
            Spec with { N = [8, 10, 12], Lr = [0.1, 0.05], Seeds = 5 },
        ];
        for (int i = 0; i < larger.Length; i++)
        {
            LoggedSweep.Train(larger[i], folder[$"whole{i}"], cpu);
            LoggedSweep.Train(Spec, folder[$"log{i}"], cpu);

            List<string> told = LoggedSweep.Train(larger[i], folder[$"log{i}"], cpu);

            Assert.Equal([$"{folder[$"log{i}"]}: extended from 4 to {larger[i].Runs} runs"], told);
            Assert.Equal(LoggedSweep.Records(folder[$"whole{i}"]), LoggedSweep.Records(folder[$"log{i}"]));
            Assert.Equal(SpecFile.Canonical(larger[i]), SpecFile.Canonical(RunLogReader.HeaderOf(folder[$"log{i}"])!.Spec));
            Assert.Empty(LoggedSweep.Train(larger[i], folder[$"log{i}"], cpu));
        }
    }

    [Fact]
    public void Long_runs_go_on_from_the_checkpoint_of_the_small_sweep()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        SweepSpec small = Spec with { Lr = [0.0001], MaxSteps = 100_000 };
        SweepSpec large = small with { Lr = [0.05, 0.0001], Seeds = 6 };
        LoggedSweep.Train(large, folder["whole"], cpu);
        LoggedSweep.Train(small, folder["log"], cpu, () => false);
        var file = new CheckpointFile(CheckpointFile.Beside(folder["log"]), large);
        Assert.All(file.Read(line => Assert.Fail(line)), run => Assert.Equal(1, run.Point));
        Assert.NotEmpty(file.Read(_ => { }));

        LoggedSweep.Train(large, folder["log"], cpu);

        Assert.Equal(LoggedSweep.Records(folder["whole"]), LoggedSweep.Records(folder["log"]));
    }

    [Fact]
    public void The_log_s_settings_need_not_be_given_again()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--n", "10", "--k", "2", "--lr", "0.3", "--quiet", "--format", "json"];
        CommandLine.Run([.. sweep, "--seeds", "3", "--width", "20", "--log", folder["log"]]);
        CommandResult whole = CommandLine.Run([.. sweep, "--seeds", "7", "--width", "20,30", "--log", folder["whole"]]);
        string[] alone = ["sweep", "--device", "cpu", "--quiet", "--format", "json"];

        CommandResult again = CommandLine.Run([.. alone, "--resume", folder["log"]]);
        Assert.Equal((0, $"log: {folder["log"]}\n"), (again.ExitCode, again.Error.ReplaceLineEndings("\n")));
        Assert.Equal(0, CommandLine.Run([.. alone, "--log", folder["log"], "--resume", "--seeds", "7"]).ExitCode);
        CommandResult extended = CommandLine.Run([.. alone, "--resume", folder["log"], "--width", "20,30"]);

        Assert.Equal((0, whole.Output), (extended.ExitCode, extended.Output));
        Assert.StartsWith($"{folder["log"]}: extended from 7 to 14 runs\n", extended.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_go_on_is_refused()
    {
        using (RunLogWriter log = RunLogWriter.Create(folder["shard"], SmallLog.Spec, new Shard(1, 3)))
            log.Start("cpu");

        SmallLog.Write(folder["log"]);
        CommandLine.Run("sweep", "--resume", folder["shard"], "--seeds", "10").MustBeUserError("--seeds 10", "a shard cannot be extended");
        CommandLine.Run("sweep", "--resume", folder["log"], "--seeds", "3").MustBeUserError("--seeds 3", "more seeds or values");
        CommandLine.Run("sweep", "--resume", folder["log"], "--max-steps", "9000").MustBeUserError("--max-steps 9000", "more seeds or values");
        CommandLine.Run("sweep", "--resume", folder["missing"]).MustBeUserError("--resume", folder["missing"], "options");
        CommandLine.Run("sweep", "--resume", folder["log"], "--log", folder["other"]).MustBeUserError("--resume", "--log", "one log");
        Assert.Equal(["log", "shard"], folder.Files.Order());
    }

    [Fact]
    public void A_shard_goes_on_by_itself()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--quiet", "--n", "8", "--k", "2", "--width", "10", "--seeds", "9"];
        CommandLine.Run([.. sweep, "--shard", "1/3", "--log", folder["log"]]);

        Assert.Equal(0, CommandLine.Run("sweep", "--device", "cpu", "--resume", folder["log"]).ExitCode);
        Assert.Equal(3, LoggedSweep.Records(folder["log"]).Length);
    }

    [Fact]
    public void Merging_takes_other_seeds_of_the_same_settings()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--quiet", "--n", "10", "--k", "2", "--width", "20,30"];
        (string Name, string First, string Seeds)[] parts = [("a", "0", "5"), ("b", "5", "3"), ("c", "20", "2"), ("whole", "0", "8")];
        foreach ((string name, string first, string seeds) in parts)
            CommandLine.Run([.. sweep, "--first-seed", first, "--seeds", seeds, "--log", folder[name]]);

        Assert.Equal(0, CommandLine.Run("merge", folder["b"], folder["a"], "-o", folder["ab"]).ExitCode);
        Assert.Equal(LoggedSweep.Records(folder["whole"]), LoggedSweep.Records(folder["ab"]));
        Assert.Equal(CommandLine.Run("summary", folder["whole"]).Output, CommandLine.Run("summary", folder["ab"]).Output);

        CommandResult gap = CommandLine.Run("merge", folder["a"], folder["c"], "-o", folder["ac"]);
        Assert.Equal(1, gap.ExitCode);
        Assert.StartsWith("30 of 44 runs are missing", gap.Error, StringComparison.Ordinal);
        CommandLine.Run("merge", folder["a"], folder["whole"], "-o", folder["twice"]).MustBeUserError("was read before");
    }

    [Fact]
    public void Sweeps_that_start_in_one_second_get_logs_of_their_own()
    {
        static string Name(int number) => $"log-{number}";
        using RunLogWriter one = RunLogWriter.Create(number => folder[Name(number)], Spec, Shard.Whole);
        using RunLogWriter two = RunLogWriter.Create(number => folder[Name(number)], Spec, Shard.Whole);
        one.Start("cpu");
        two.Start("cpu");

        Assert.Equal([folder["log-1"], folder["log-2"]], [one.Path, two.Path]);
    }
}
