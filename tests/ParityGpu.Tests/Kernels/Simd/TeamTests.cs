using System.Diagnostics;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Kernels.Simd;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>Several workers that train one wide run: the bits of one worker.</summary>
public sealed class TeamTests
{
    private const int Steps = 60;
    private const int ChunkSteps = 20;

    [Theory]
    [InlineData(9, 20_000, 32, CpuVectors.Widest)]
    [InlineData(9, 20_007, 33, CpuVectors.Widest)]
    [InlineData(30, 20_012, 1, CpuVectors.Widest)]
    [InlineData(6, 20_000, 3, CpuVectors.Widest)]
    [InlineData(5, 1_100, 300, CpuVectors.Widest)]
    [InlineData(30, 300, 128, CpuVectors.Widest)]
    [InlineData(5, 2_001, 33, CpuVectors.None)]
    [InlineData(5, 20_001, 1, CpuVectors.None)]
    [InlineData(5, 4_001, 20, CpuVectors.None)]
    public void A_team_s_weights_are_those_of_one_worker(int n, int width, int batch, CpuVectors vectors)
    {
        var point = TestPoints.Point(n, 2, width, batch, learningRate: 0.01, weightDecay: 0.01);
        Assert.True(CountingWorkspace.IsForTeams(BankShape.Of(point).Launch(1)));
        var (expected, expectedState) = Train(point, threads: 1, runs: 1, vectors);

        var (found, state) = Train(point, threads: 3, runs: 1, vectors);

        Assert.Equal(FloatBits.Of(expected), FloatBits.Of(found));
        Assert.Equal(expectedState, state);
    }

    [Theory]
    [InlineData(CpuVectors.Widest)]
    [InlineData(CpuVectors.None)]
    public void A_team_s_weights_on_the_general_path_are_those_of_one_worker(CpuVectors vectors)
    {
        foreach (Point point in GeneralPoints.Wide().Concat(TransformerPoints.Wide()))
        {
            Assert.True(GeneralWorkspace.IsForTeams(BankShape.Of(point).Launch(1)), $"{point}");
            using var expected = new TeamRun(point, threads: 1, vectors);
            using var found = new TeamRun(point, threads: 3, vectors);
            for (int launch = 0; launch < 3; launch++)
            {
                Assert.True(expected.Measure().Equals(found.Measure()), $"{point}");
                Assert.Equal(FloatBits.Of(expected.Bank.TaskLosses(0)), FloatBits.Of(found.Bank.TaskLosses(0)));
                expected.Bank.Launch(4);
                found.Bank.Launch(4);
                Assert.True(expected.Bank.States[0].Equals(found.Bank.States[0]), $"{point}");
                Assert.True(FloatBits.Of(expected.Bank.ReadWeights(0)).SequenceEqual(FloatBits.Of(found.Bank.ReadWeights(0))), $"{point}");
            }
        }
    }

    [Fact]
    public void Workers_without_a_slot_join_the_others()
    {
        var point = TestPoints.Point(8, 2, 20_000, 32, learningRate: 0.01);
        var (expected, _) = Train(point, threads: 1, runs: 2, CpuVectors.Widest);

        var (found, _) = Train(point, threads: 5, runs: 2, CpuVectors.Widest);

        Assert.Equal(FloatBits.Of(expected), FloatBits.Of(found));
    }

    [Fact]
    public unsafe void Parts_go_round_the_workers_and_a_pass_ends_with_the_last()
    {
        var team = default(Team);
        team.Start(null);
        Assert.False(team.TryTake(0, out _));

        team.Begin(parts: 2, team.Workers);
        Assert.False(team.TryTake(1, out _));
        Assert.True(team.TryTake(0, out long first));
        Assert.True(team.TryTake(0, out long second));
        Assert.False(team.TryTake(0, out _));
        team.AwaitTurn(first);
        team.Complete(finite: false);
        team.AwaitTurn(second);
        team.Complete(finite: true);
        team.AwaitEnd();
        Assert.Equal((0, 1, false), (first, second, team.IsFinite));

        team.Join();
        Assert.Equal(1, team.TakeNumber());
        Assert.False(team.TryTake(1, out _));
        team.Begin(parts: 3, team.Workers);
        Assert.Equal((2, true), (team.FirstPart, team.IsFinite));
        Assert.Equal([2, 4], PartsOf(ref team, 0));
        Assert.Equal([3], PartsOf(ref team, 1));
        for (int part = 0; part < 3; part++)
            team.Complete(finite: true);

        team.BeginFree(parts: 2);
        Assert.False(team.TryTake(0, out _));
        Assert.True(team.TryTakeFree(0, out long sixth));
        Assert.True(team.TryTakeFree(0, out long seventh));
        Assert.False(team.TryTakeFree(0, out _));
        Assert.Equal((5, 6, 5), (sixth, seventh, team.FirstPart));
    }

    [Fact]
    public void Steps_are_tried_both_ways_then_taken_in_the_faster_one()
    {
        var pace = default(TeamPace);
        Assert.False(pace.Shares(0));
        Assert.Equal([true, true, true, true, false, false, false, false, true, true], TenSteps(ref pace, sharedMicroseconds: 0, aloneMicroseconds: 1000));
        Assert.False(pace.Shares(0));
        Assert.Equal([true, true, true, true, false, false, false, false, false, false], TenSteps(ref pace, sharedMicroseconds: 50, aloneMicroseconds: 0));
        Assert.False(pace.Shares(0));
        Assert.Equal(Enumerable.Repeat(true, 10), TenSteps(ref pace, sharedMicroseconds: 1000, aloneMicroseconds: 0));
    }

    /// <summary>Whether each of ten steps that take so long is shared.</summary>
    private static List<bool> TenSteps(ref TeamPace pace, int sharedMicroseconds, int aloneMicroseconds)
    {
        var steps = new List<bool>();
        while (steps.Count < 10)
        {
            steps.Add(pace.Shares(1));
            long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000_000 * (steps[^1] ? sharedMicroseconds : aloneMicroseconds));
            while (Stopwatch.GetTimestamp() < end)
                Thread.SpinWait(1);
        }

        return steps;
    }

    private static List<long> PartsOf(ref Team team, int worker)
    {
        var parts = new List<long>();
        while (team.TryTake(worker, out long part))
            parts.Add(part);

        return parts;
    }

    [Theory]
    [InlineData(1, new[] { 3 })]
    [InlineData(2, new[] { 2, 1 })]
    [InlineData(3, new[] { 1, 1, 1 })]
    [InlineData(100, new[] { 1, 1, 1 })]
    public void Few_runs_share_all_threads(int runs, int[] threads)
    {
        using Device device = DeviceCatalog.OpenCpu(3);
        IReadOnlyList<BankDevice> units = BankDevice.Of(device, runs: runs);

        Assert.Equal(threads, units.Select(unit => unit.RunsAtOnce(BankShape.Of(TestPoints.Point(5, 2, 10, 32, learningRate: 0.1)))));
        foreach (BankDevice unit in units)
            unit.Dispose();
    }

    private static (float[] Weights, RunState State) Train(Point point, int threads, int runs, CpuVectors vectors)
    {
        using Device device = DeviceCatalog.OpenCpu(threads);
        using var bank = new SlotBank(device, BankShape.Of(point), runs, vectors);
        for (int slot = 0; slot < runs; slot++)
            bank.Load(slot, point, seed: 5 + slot);

        for (int step = 0; step < Steps; step += ChunkSteps)
            bank.Launch(ChunkSteps);

        return ([.. Enumerable.Range(0, runs).SelectMany(bank.ReadWeights)], bank.States[runs - 1]);
    }

    /// <summary>One run in a bank whose workers make a team.</summary>
    private sealed class TeamRun : IDisposable
    {
        private const int MostEnumeratedInputs = 10;
        private readonly Device device;
        private readonly int request;

        public TeamRun(Point point, int threads, CpuVectors vectors)
        {
            device = DeviceCatalog.OpenCpu(threads);
            Bank = new SlotBank(device, BankShape.Of(point), 1, vectors);
            Bank.Load(0, point, seed: 5);
            request = point.N <= MostEnumeratedInputs ? MeasureRequest.ProgressAndGap : MeasureRequest.Progress;
        }

        public SlotBank Bank { get; }

        public RunMeasure Measure()
        {
            Bank.Launch(0);
            return Bank.Measure([request])[0];
        }

        public void Dispose()
        {
            Bank.Dispose();
            device.Dispose();
        }
    }
}
