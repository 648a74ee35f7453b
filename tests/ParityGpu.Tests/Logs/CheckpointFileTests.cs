using ParityGpu.Kernels;
using ParityGpu.Logs;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>A checkpoint comes back as it was written or not at all.</summary>
public sealed class CheckpointFileTests : IDisposable
{
    private static readonly SweepSpec Spec = new()
    {
        N = [7],
        K = [2],
        Width = [3, 20],
        Samples = [9],
        Optimizer = [Optimizer.Adam],
        Seeds = 4,
        Curve = CurveSteps.Every(10),
    };

    private readonly TemporaryFolder folder = new();
    private readonly List<string> warnings = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        RunSnapshot[] written = [Snapshot(0, 3), Snapshot(1, 0)];
        var file = new CheckpointFile(folder["c"], Spec);
        file.Write([Snapshot(1, 2)]);
        file.Write(written);
        IReadOnlyList<RunSnapshot> read = new CheckpointFile(folder["c"], Spec).Read(warnings.Add);

        Assert.Empty(warnings);
        Assert.Equal(["c"], folder.Files);
        Assert.Equal(written.Select(run => (run.Point, run.Seed)), read.Select(run => (run.Point, run.Seed)));
        foreach (var (expected, actual) in written.Zip(read))
        {
            Assert.Equal(expected.State, actual.State);
            Assert.Equal(expected.Floats, actual.Floats);
            Assert.Equal(expected.Data, actual.Data);
            Assert.Equal(expected.Curve.Points, actual.Curve.Points);
            Assert.Equal(expected.Curve.Tasks, actual.Curve.Tasks);
            Assert.Equal(expected.Curve.TaskCurves, actual.Curve.TaskCurves);
        }

        file.Remove();
        Assert.Empty(folder.Files);
        Assert.Empty(file.Read(warnings.Add));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Another_sweep_s_is_not_used()
    {
        new CheckpointFile(folder["c"], Spec).Write([Snapshot(0, 3)]);

        Assert.Empty(new CheckpointFile(folder["c"], Spec with { Lr = [0.5] }).Read(warnings.Add));
        Assert.Contains("another sweep", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_or_cut_one_is_not_used()
    {
        new CheckpointFile(folder["c"], Spec).Write([Snapshot(0, 3)]);
        byte[] whole = File.ReadAllBytes(folder["c"]);
        var random = new Random(1);
        for (int time = 0; time < 200; time++)
        {
            byte[] bytes = [.. whole.Take(time % 2 == 0 ? whole.Length : random.Next(whole.Length))];
            if (bytes.Length == whole.Length)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));

            File.WriteAllBytes(folder["c"], bytes);
            Assert.Empty(new CheckpointFile(folder["c"], Spec).Read(warnings.Add));
            Assert.Equal(time + 1, warnings.Count);
            Assert.StartsWith($"{folder["c"]}: not used, it is damaged", warnings[^1], StringComparison.Ordinal);
        }
    }

    private static RunSnapshot Snapshot(int point, long seed)
    {
        LaunchShape shape = BankShape.Of(Spec.Points().ElementAt(point)).Launch(1);
        var random = new Random((int)seed);
        float[] floats = [.. Enumerable.Range(0, (int)RunLayout.RunFloats(shape)).Select(_ => random.NextSingle())];
        uint[] data = [.. Enumerable.Range(0, (int)RunLayout.DataWords(shape)).Select(_ => (uint)random.Next())];
        var state = new RunState { Steps = 17, Status = (int)RunStatus.Running, CleanBatches = 2, WindowErrors = 5, StopAt = 20 };
        return new RunSnapshot(point, seed, state, floats, data, new([new(0, 1f, 0.5, 0.5, 0f, 0f, 0f, float.NaN), new(10, 2f, 1, 1, 3f, 4f, 5f, float.NaN)], [], []));
    }
}
