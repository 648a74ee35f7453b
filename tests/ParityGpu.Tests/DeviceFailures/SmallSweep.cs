using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>A sweep that failing devices are tried with, and its records.</summary>
internal static class SmallSweep
{
    public const string Command = "sweep --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --seeds 12 --max-steps 60 --curve 30 --quiet";

    private static readonly Lazy<string[]> OnTheCpu = new(() => RecordsOf(Command));

    /// <summary>What an undisturbed sweep records.</summary>
    public static string[] Expected => OnTheCpu.Value;

    /// <summary>Trains it with a failing driver, into log.msgpack.</summary>
    public static CommandResult Run(TemporaryFolder folder, string failures, string options) =>
        FailingDriver.Run(folder.Root, failures, $"{Command} --log log.msgpack {options}");

    /// <summary>Goes on with it on the CPU, to the same records.</summary>
    public static void AssertResumes(TemporaryFolder folder)
    {
        string log = folder["log.msgpack"];
        string[] before = File.Exists(log) ? Records(log) : [];
        Assert.Subset(Expected.ToHashSet(), before.ToHashSet());
        CommandResult resumed = CommandLine.Run([.. Command.Split(' '), "--device", "cpu", "--log", log, "--resume"]);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(Expected, Records(log));
    }

    /// <summary>What a sweep records that is trained on the CPU.</summary>
    public static string[] RecordsOf(string command)
    {
        using var folder = new TemporaryFolder();
        string log = folder["log.msgpack"];
        Assert.Equal(0, CommandLine.Run([.. command.Split(' '), "--device", "cpu", "--log", log]).ExitCode);
        return Records(log);
    }

    /// <summary>The runs of a log with their curves, in the order of their seeds.</summary>
    public static string[] Records(string log) =>
    [
        .. Sweep.ReadRuns(log)
            .OrderBy(run => (run.Record.Point, run.Record.Seed))
            .Select(run => $"{run.Record} {string.Join(' ', run.Curve?.Points.Select(point => $"{point}") ?? [])}"),
    ];
}
