using ILGPU.Runtime;
using ParityGpu.Kernels;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT body against <see cref="CanonicalTrainer"/>, bit for bit, on a GPU's backend.</summary>
public abstract class CountingSimtTests(Device device)
{
    [DeviceTheory]
    [MemberData(nameof(CountingPoints.Shapes), MemberType = typeof(CountingPoints))]
    public void StepsHaveTheBitsOfTheCanon(int n, int width, int batch) =>
        AssertCanonical(device.Accelerator, n, width, batch, chunk: 5, launches: 2, CountingPoints.Steps(n, width, batch));

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void WholeTrainingsEndAlikeForAnyChunk(int chunk)
    {
        const int N = 8;
        const int Width = 20;
        const int Batch = 24;
        var cases = CountingPoints.Trainings(N, Width, Batch);

        using var slots = new SimtSlots(device.Accelerator, N, Width, Batch, chunk, cases);
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
            [RunStatus.Solved, RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged, RunStatus.Solved],
            states.Select(state => (RunStatus)state.Status));
        Assert.True(states[2].HeldOutErrors > 0);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(64)]
    public void ConvergenceIsJudgedAlikeForAnyBatch(int batch)
    {
        const int N = 5;
        const int Width = 33;
        var cases = CountingPoints.Judged(N, Width, batch);

        using var slots = new SimtSlots(device.Accelerator, N, Width, batch, 50, cases);
        slots.RunToEnd();

        for (int slot = 0; slot < cases.Length; slot++)
        {
            var oracle = new CanonicalTrainer(N, Width, batch, cases[slot].Settings, cases[slot].Subset);
            oracle.Run(int.MaxValue);
            Assert.Equal(oracle.State, slots.States[slot]);
            AssertSameBits(oracle.Weights, slots.Weights(slot));
        }
    }

    [DeviceFact]
    public void OtherPhasesAreLeftAlone()
    {
        SimtCase[] cases = [new(CountingPoints.Settings(1, 4, 5, 8), [0]), new(CountingPoints.Settings(2, 4, 5, 8), [0]), new(CountingPoints.Settings(3, 4, 5, 8), [0])];
        using var slots = new SimtSlots(device.Accelerator, 4, 5, 8, 3, cases);
        var idle = new RunState { Status = (int)RunStatus.Idle, Steps = 5 };
        var solved = new RunState { Status = (int)RunStatus.Solved, Steps = 6, CleanBatches = 4 };
        slots.SetState(0, idle);
        slots.SetState(2, solved);

        slots.Launch();

        Assert.Equal(idle, slots.States[0]);
        Assert.Equal(3, slots.States[1].Steps);
        Assert.Equal(solved, slots.States[2]);
        Assert.All(slots.Weights(0), weight => Assert.True(float.IsNaN(weight)));
        Assert.All(slots.Weights(2), weight => Assert.True(float.IsNaN(weight)));
    }

    internal static void AssertCanonical(
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

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class CountingSimtOpenCLTests(PoclDevice pocl) : CountingSimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class CountingSimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : CountingSimtTests(cuda.Next(output));
