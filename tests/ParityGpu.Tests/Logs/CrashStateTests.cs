using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Whatever a crash or a bad disk left of a log and its checkpoint, resuming gives the results of an undisturbed sweep.</summary>
public sealed class CrashStateTests : IDisposable
{
    private const int Cases = 1000;

    /// <summary>Runs that end at once and runs that take many launches, so that there is something in a checkpoint.</summary>
    private static readonly SweepSpec Spec = new()
    {
        N = [10],
        K = [2],
        Width = [10],
        Batch = [8],
        Lr = [0.0001, 0.05],
        Seeds = 6,
        MaxSteps = 30_000,
        TestSamples = 512,
        Curve = CurveSteps.Logarithmic(2),
    };

    private readonly TemporaryFolder folder = new();
    private readonly Device cpu = DeviceCatalog.OpenCpu(1);

    public void Dispose()
    {
        cpu.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Random_states_are_resumed_to_the_undisturbed_results_or_refused_in_one_line()
    {
        LoggedSweep.Train(Spec, folder["whole"], cpu);
        string[] expected = LoggedSweep.Records(folder["whole"]);
        Assert.Equal(Spec.Runs, expected.Length);
        List<(byte[] Log, byte[] Checkpoint)> states = States();
        int headerBytes = HeaderBytes(states[^1].Log);
        var random = new Random(1);
        int continued = 0;
        int repaired = 0;
        for (int trial = 0; trial < TestScale.Cases(Cases); trial++)
        {
            byte[] log = [.. states[random.Next(states.Count)].Log];
            byte[] checkpoint = [.. states[random.Next(states.Count)].Checkpoint];
            int from = log.Length;
            for (int change = random.Next(4); change > 0; change--)
            {
                if (random.Next(4) == 0)
                    checkpoint = Change(checkpoint, random, out _);
                else
                {
                    log = Change(log, random, out int at);
                    from = Math.Min(from, at);
                }
            }

            File.WriteAllBytes(folder["log"], log);
            File.WriteAllBytes(folder["log.checkpoint"], checkpoint);
            try
            {
                List<string> told = LoggedSweep.Train(Spec, folder["log"], cpu);
                continued += told.Any(line => line.Contains("not used", StringComparison.Ordinal)) ? 0 : 1;
                repaired += told.Any(line => line.Contains("are damaged; the runs", StringComparison.Ordinal)) ? 1 : 0;
                Assert.Equal(expected, LoggedSweep.Records(folder["log"]));
                Assert.True(LoggedSweep.IsTakenForWhole(File.ReadAllBytes(folder["log"])));
            }
            catch (UserErrorException e)
            {
                // Only without its header is a log of no use, and then it is left alone.
                Assert.True(from < headerBytes, $"trial {trial}: {e.Message}");
                Assert.Matches("^[^\n]*(header is damaged|is not a parity log|another version)[^\n]*; must be [^\n]*$", e.Message);
                Assert.Equal(log, File.ReadAllBytes(folder["log"]));
            }

            foreach (string file in folder.Files.Where(name => name.StartsWith("log", StringComparison.Ordinal)).ToList())
                File.Delete(folder[file]);
        }

        Assert.NotEqual(0, continued);
        Assert.NotEqual(0, repaired);
    }

    [Fact]
    public void No_flipped_bit_goes_unseen()
    {
        LoggedSweep.Train(Spec with { Lr = [0.05], Seeds = 2 }, folder["log"], cpu);
        byte[] log = File.ReadAllBytes(folder["log"]);
        Assert.True(LoggedSweep.IsTakenForWhole(log));
        int step = (8 * log.Length / TestScale.Cases(8 * log.Length)) | 1;
        for (int bit = 0; bit < 8 * log.Length; bit += step)
        {
            log[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LoggedSweep.IsTakenForWhole(log), $"bit {bit}");
            log[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Commands_refuse_a_damaged_log_and_say_how_to_go_on_and_that_works()
    {
        SmallLog.Write(folder["log"]);
        byte[] log = File.ReadAllBytes(folder["log"]);
        log[log.AsSpan().IndexOf("outcome"u8)] ^= 2;
        File.WriteAllBytes(folder["log"], log);

        string[][] commands =
        [
            ["summary", folder["log"]],
            ["export", folder["log"]],
            ["merge", folder["log"], "-o", folder["merged"]],
            ["plot", folder["log"], "--kind", "width", "-o", folder["plot.svg"]],
            ["report", folder["log"], "-o", folder["report.html"]],
            ["compare", folder["log"], "--by", "width"],
        ];
        Assert.All(commands, command => CommandLine.Run(command)
            .MustBeUserError($"{folder["log"]}: is damaged at byte", $"'parity sweep --resume {folder["log"]}' keeps every complete run"));
        Assert.Equal(["log"], folder.Files);

        CommandResult resumed = CommandLine.Run("sweep", "--resume", folder["log"], "--device", "cpu", "--quiet");

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains($"the original log is kept as {folder["log.damaged"]}", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(log, File.ReadAllBytes(folder["log.damaged"]));
        Assert.Equal((0, ""), (CommandLine.Run("summary", folder["log"]).ExitCode, CommandLine.Run("summary", folder["log"]).Error));
    }

    [Fact]
    public void A_message_of_another_log_is_not_taken_for_one_of_this()
    {
        SmallLog.Write(folder["log"], 4);
        SmallLog.Write(folder["other"]);
        byte[] log = File.ReadAllBytes(folder["log"]);
        byte[] other = File.ReadAllBytes(folder["other"]);

        using var reader = new RunLogReader(new MemoryStream([.. log, .. other[log.Length..]]), "log");

        Assert.Equal(SmallLog.Runs[..4], SmallLog.ReadRuns(reader));
        Assert.Equal((true, log.Length), (reader.IsTorn, reader.Offset));
    }

    /// <summary>A log and its checkpoint after some launches of three sessions, and at their ends.</summary>
    private List<(byte[] Log, byte[] Checkpoint)> States()
    {
        var states = new List<(byte[] Log, byte[] Checkpoint)>();
        for (int session = 0; session < 3; session++)
        {
            int launches = 0;
            LoggedSweep.Train(Spec, folder["log"], cpu, () =>
            {
                if (launches % 3 == 0)
                    states.Add((Read("log"), Read("log.checkpoint")));

                return ++launches < 12;
            });
            states.Add((Read("log"), Read("log.checkpoint")));
        }

        Assert.Contains(states, state => state.Checkpoint.Length > 0);
        File.Delete(folder["log"]);
        File.Delete(folder["log.checkpoint"]);
        return states;
    }

    private byte[] Read(string name)
    {
        if (!File.Exists(folder[name]))
            return [];

        using var file = new FileStream(folder[name], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static int HeaderBytes(byte[] log)
    {
        using var reader = new RunLogReader(new MemoryStream(log), "log");
        reader.Read();
        return (int)reader.Offset;
    }

    /// <summary>Cuts a file, fills its end or some of its bytes with zeros, or flips a bit of it, mostly behind the header.</summary>
    private static byte[] Change(byte[] file, Random random, out int at)
    {
        at = file.Length == 0 ? 0 : random.Next(file.Length);
        if (file.Length == 0)
            return file;

        int length = random.Next(1, Math.Min(1000, file.Length - at) + 1);
        switch (random.Next(4))
        {
            case 0:
                return file[..at];
            case 1:
                Array.Clear(file, at, file.Length - at);
                return file;
            case 2:
                Array.Clear(file, at, length);
                return file;
            default:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
        }
    }
}
