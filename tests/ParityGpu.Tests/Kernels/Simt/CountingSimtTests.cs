using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT body of the counting path against <see cref="CanonicalNet"/>, bit for bit, on a GPU's backend.</summary>
public abstract class CountingSimtTests(Device device)
{
    [DeviceTheory]
    [MemberData(nameof(CountingPoints.Shapes), MemberType = typeof(CountingPoints))]
    public void Steps_have_the_bits_of_the_canon(int n, int width, int batch)
    {
        var runs = CountingPoints.Steps(n, width, batch);
        using var bank = Loaded(runs);
        bank.Launch(5);
        bank.Launch(5);

        AssertCanonical(runs, bank, 10);
    }

    [DeviceTheory]
    [InlineData(20, 24, 1)]
    [InlineData(20, 24, 7)]
    [InlineData(20, 24, 64)]
    [InlineData(20, 1, 7)]
    [InlineData(13, 24, 1)]
    [InlineData(13, 24, 7)]
    public void Whole_trainings_end_alike_for_any_chunk(int width, int batch, int chunk)
    {
        var runs = CountingPoints.Trainings(width, batch);
        using var bank = Trained(runs, chunk);

        AssertCanonical(runs, bank, int.MaxValue);
        Assert.Equal(
            [RunStatus.Solved, RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged, RunStatus.Solved],
            bank.States.ToArray().Select(state => (RunStatus)state.Status));
        Assert.True(bank.States[2].HeldOutErrors > 0);
    }

    [DeviceTheory]
    [InlineData(33, 1)]
    [InlineData(33, 3)]
    [InlineData(33, 33)]
    [InlineData(33, 64)]
    [InlineData(16, 3)]
    [InlineData(16, 32)]
    public void Convergence_is_judged_alike_for_any_batch(int width, int batch)
    {
        var runs = CountingPoints.Judged(width, batch);
        using var bank = Trained(runs, 50);

        AssertCanonical(runs, bank, int.MaxValue);
    }

    [DeviceFact]
    public void Slots_without_a_running_network_are_left_alone()
    {
        (Point Point, long Seed)[] runs = CountingPoints.Steps(4, 5, 8)[..3];
        using var bank = Loaded(runs);
        float[] garbage = [.. Enumerable.Repeat(float.NaN, bank.ReadWeights(2).Length)];
        var solved = new RunState { Status = (int)RunStatus.Solved, Steps = 6, CleanBatches = 4 };
        bank.Clear(0);
        bank.Load(2, runs[2].Point, new RunSnapshot(0, runs[2].Seed, solved, garbage, [], CurveSoFar.None));
        uint[] cleared = Words(bank.ReadWeights(0));

        bank.Launch(3);

        Assert.Equal(default, bank.States[0]);
        Assert.Equal(3, bank.States[1].Steps);
        Assert.Equal(solved, bank.States[2]);
        Assert.Equal(cleared, Words(bank.ReadWeights(0)));
        Assert.Equal(Words(garbage), Words(bank.ReadWeights(2)));
    }

    /// <summary>All bits, also those of NaN: what was loaded must come back as it was.</summary>
    private static uint[] Words(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private SlotBank Loaded((Point Point, long Seed)[] runs)
    {
        var bank = new SlotBank(device, CountingPoints.Bank(runs), runs.Length);
        foreach (var (slot, run) in runs.Index())
            bank.Load(slot, run.Point, run.Seed);

        return bank;
    }

    private SlotBank Trained((Point Point, long Seed)[] runs, int chunk)
    {
        var bank = Loaded(runs);
        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));

        return bank;
    }

    private static void AssertCanonical((Point Point, long Seed)[] runs, SlotBank bank, int steps)
    {
        foreach (var (slot, run) in runs.Index())
        {
            var oracle = new CanonicalNet(run.Point, run.Seed);
            oracle.Run(steps);
            Assert.Equal(oracle.State, bank.States[slot]);
            Assert.Equal(FloatBits.Of(oracle.Weights), FloatBits.Of(bank.ReadWeights(slot)));
        }
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class CountingSimtOpenCLTests(PoclDevice pocl) : CountingSimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class CountingSimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : CountingSimtTests(cuda.Next(output));
