using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT body against <see cref="CanonicalTrainer"/>, bit for bit, on OpenCL.</summary>
[Collection(PoclTests.Name)]
public class SimtTests(PoclDevice pocl)
{
    [PoclTheory]
    [MemberData(nameof(SimtPoints.Shapes), MemberType = typeof(SimtPoints))]
    public void StepsHaveTheBitsOfTheCanon(int n, int width, int batch) =>
        AssertCanonical(pocl.Accelerator, n, width, batch, chunk: 5, launches: 2, SimtPoints.Steps(n, width, batch));

    [PoclTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void WholeTrainingsEndAlikeForAnyChunk(int chunk)
    {
        const int N = 8;
        const int Width = 20;
        const int Batch = 24;
        var cases = SimtPoints.Trainings(N, Width, Batch);

        using var slots = new SimtSlots(pocl.Accelerator, N, Width, Batch, chunk, cases);
        slots.RunToEnd();

        var states = slots.States;
        for (int slot = 0; slot < cases.Length; slot++)
        {
            var oracle = new CanonicalTrainer(N, Width, Batch, cases[slot].Settings, cases[slot].Subset);
            oracle.Run(int.MaxValue);
            Assert.Equal(oracle.State, states[slot]);
            AssertSameBits(oracle.Weights, slots.Weights(slot));
        }

        Assert.Equal(
            [RunPhase.Solved, RunPhase.Solved, RunPhase.Budget, RunPhase.Diverged, RunPhase.Solved],
            states.Select(state => (RunPhase)state.Phase));
        Assert.True(states[2].HeldOutErrors > 0);
    }

    [PoclTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(64)]
    public void ConvergenceIsJudgedAlikeForAnyBatch(int batch)
    {
        const int N = 5;
        const int Width = 33;
        var cases = SimtPoints.Judged(N, Width, batch);

        using var slots = new SimtSlots(pocl.Accelerator, N, Width, batch, 50, cases);
        slots.RunToEnd();

        for (int slot = 0; slot < cases.Length; slot++)
        {
            var oracle = new CanonicalTrainer(N, Width, batch, cases[slot].Settings, cases[slot].Subset);
            oracle.Run(int.MaxValue);
            Assert.Equal(oracle.State, slots.States[slot]);
            AssertSameBits(oracle.Weights, slots.Weights(slot));
        }
    }

    [PoclFact]
    public void OtherPhasesAreLeftAlone()
    {
        SimtCase[] cases = [new(SimtPoints.Settings(1, 4, 5, 8), [0]), new(SimtPoints.Settings(2, 4, 5, 8), [0]), new(SimtPoints.Settings(3, 4, 5, 8), [0])];
        using var slots = new SimtSlots(pocl.Accelerator, 4, 5, 8, 3, cases);
        var idle = new RunState { Phase = (int)RunPhase.Idle, Steps = 5 };
        var solved = new RunState { Phase = (int)RunPhase.Solved, Steps = 6, CleanBatches = 4 };
        slots.SetState(0, idle);
        slots.SetState(2, solved);

        slots.Launch();

        Assert.Equal(idle, slots.States[0]);
        Assert.Equal(3, slots.States[1].Steps);
        Assert.Equal(solved, slots.States[2]);
        Assert.All(slots.Weights(0), weight => Assert.True(float.IsNaN(weight)));
        Assert.All(slots.Weights(2), weight => Assert.True(float.IsNaN(weight)));
    }

    [Fact]
    public void SimulatedThreadsGiveTheBitsOfTheCanon()
    {
        // ILGPU's CPU accelerator: every thread of the group is a thread of the operating system, so little is trained.
        using var context = DeviceCatalog.CreateContext(
            builder => builder.CPU(new CPUDevice(4, SimtThread.PartThreads / 4, 1)));
        using var accelerator = context.GetCPUDevice(0).CreateCPUAccelerator(context);
        AssertCanonical(accelerator, 5, 18, 33, chunk: 2, launches: 1, [new(SimtPoints.Settings(1, 5, 18, 33), [0, 3])]);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(32, 64)]
    [InlineData(33, 128)]
    [InlineData(100, 256)]
    [InlineData(160, 192)]
    [InlineData(3_000_000, 256)]
    public void GroupsAreWholePartsAndAtMost256Threads(int width, int threads) =>
        Assert.Equal(threads, MlpSimt.GroupSize(new LaunchShape { Inputs = 30, Width = width, Batch = 32 }));

    [Fact]
    public void ScratchOfHugeNetworksIsCountedInLongs() =>
        Assert.Equal(
            (33L * 32) + (32L * 32) + (32L * 3_000_000),
            MlpSimt.ScratchWords(new LaunchShape { Inputs = 30, Width = 3_000_000, Batch = 1024 }));

    private static void AssertCanonical(
        Accelerator accelerator, int n, int width, int batch, int chunk, int launches, SimtCase[] cases)
    {
        using var slots = new SimtSlots(accelerator, n, width, batch, chunk, cases);
        for (int launch = 0; launch < launches; launch++)
            slots.Launch();

        for (int slot = 0; slot < cases.Length; slot++)
        {
            var oracle = new CanonicalTrainer(n, width, batch, cases[slot].Settings, cases[slot].Subset);
            oracle.Run(chunk * launches);
            AssertSameBits(oracle.Weights, slots.Weights(slot));
            Assert.Equal(oracle.State, slots.States[slot]);
        }
    }

    private static void AssertSameBits(float[] expected, float[] actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), actual.Select(BitConverter.SingleToUInt32Bits));
}
