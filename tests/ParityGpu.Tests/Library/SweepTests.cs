using System.Runtime.CompilerServices;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Library;

public sealed class SweepTests : IDisposable
{
    private static readonly SweepSpec Spec = new() { N = [10], K = [2], Width = [10, 20], Seeds = 30 };
    private static readonly SweepOptions Cpu = new() { Device = "cpu", Threads = 2 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sweep_that_is_cancelled_goes_on_with_the_same_call()
    {
        var endless = Spec with { Seeds = 100_000 };
        SweepProgress first = RunUntilSomeAreDone(0);
        int before = Sweep.ReadRuns(folder["log"]).Count();
        Assert.InRange(before, first.Done, 199_999);

        SweepProgress second = RunUntilSomeAreDone(before);
        Assert.InRange(Sweep.ReadRuns(folder["log"]).Count(), second.Done, 199_999);

        // The progress at which the sweep was stopped.
        SweepProgress RunUntilSomeAreDone(int atLeast)
        {
            using var stop = new CancellationTokenSource();
            SweepProgress? seen = null;
            Assert.Throws<OperationCanceledException>(() => Sweep.Run(
                endless,
                folder["log"],
                Cpu,
                progress =>
                {
                    Assert.InRange(progress.Done, atLeast, 199_999);
                    if (progress.Done > atLeast)
                    {
                        seen ??= progress;
                        stop.Cancel();
                    }
                },
                stop.Token));
            return seen!;
        }
    }

    [Fact]
    public void Log_and_sink_receive_the_same_runs_and_shards_their_part()
    {
        var whole = new RecordList();
        Sweep.Run(Spec, whole, Cpu);
        Sweep.Run(Spec, folder["log"], Cpu);
        Assert.Equal(whole.Sorted, RecordList.Sort(Sweep.ReadRuns(folder["log"]).Select(run => run.Record)));
        Assert.All(Sweep.ReadRuns(folder["log"]), run => Assert.Equal(Spec.Points().ElementAt(run.Record.Point), run.Point));

        var parts = new RecordList();
        Sweep.Run(Spec, parts, Cpu with { Shard = new Shard(0, 2) });
        Assert.Equal(30, parts.Sorted.Length);
        Sweep.Run(Spec, parts, Cpu with { Shard = new Shard(1, 2) });
        Assert.Equal(whole.Sorted, parts.Sorted);
    }

    [Fact]
    public void What_cannot_be_done_is_said_before_anything_is_written()
    {
        Assert.Contains("--k 11", Assert.Throws<UserErrorException>(
            () => Sweep.Run(Spec with { K = [11] }, folder["log"], Cpu)).Message, StringComparison.Ordinal);
        Assert.Contains("--device tpu", Assert.Throws<UserErrorException>(
            () => Sweep.Run(Spec, folder["log"], new SweepOptions { Device = "tpu" })).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<UserErrorException>(
            () => Sweep.ReadRuns(folder["log"]).Any()).Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void The_example_of_the_readme_runs()
    {
        string root = Root();
        string readme = File.ReadAllText(Path.Combine(root, "src", "ParityGpu", "README.md")).ReplaceLineEndings("\n");
        string program = File.ReadAllText(Path.Combine(root, "tests", "LibraryExample", "Program.cs")).ReplaceLineEndings("\n");
        string shown = string.Join('\n', program.Split('\n').Select(line => line.Length == 0 ? line : $"    {line}"));
        Assert.EndsWith(shown, readme, StringComparison.Ordinal);

        string example = Path.Combine(AppContext.BaseDirectory, "LibraryExample.dll");
        CommandResult result = ParityProcess.RunShell(folder.Root, $"exec \"$0\" '{example}'");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("k = 2: 50 of 50 solved, median ", result.Output, StringComparison.Ordinal);
        Assert.Equal(["example.msgpack"], folder.Files);
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
