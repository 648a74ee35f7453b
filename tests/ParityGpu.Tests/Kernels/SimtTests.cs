using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT body against <see cref="CanonicalTrainer"/>, bit for bit, on a GPU's backend.</summary>
public abstract class SimtTests(Device device)
{
    [DeviceTheory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 100, 33)]
    [InlineData(3, 10, 2)]
    [InlineData(4, 16, 24)]
    [InlineData(5, 17, 3)]
    [InlineData(30, 10, 32)]
    [InlineData(30, 100, 1)]
    [InlineData(30, 17, 64)]
    [InlineData(50, 100, 32)]
    [InlineData(50, 16, 100)]
    [InlineData(50, 65, 24)]
    [InlineData(64, 33, 33)]
    [InlineData(67, 300, 40)]
    [InlineData(130, 100, 64)]
    public void StepsHaveTheBitsOfTheCanon(int n, int width, int batch)
    {
        SimtCase[] cases =
        [
            new(Settings(1, n, width, batch), Subset(n, 3)),
            new(Settings(0xFFFFFFFF00000001, n, width, batch) with { Decay = 0.99f, StepSize = 0.3f / batch }, [n - 1]),
            new(Settings(3, n, width, batch) with { Distribution = (int)InitialDistribution.Normal }, Subset(n, 2)),
            new(Settings(4, n, width, batch) with { Distribution = (int)InitialDistribution.Sign }, Subset(n, 4)),
        ];

        AssertCanonical(device.Accelerator, n, width, batch, chunk: 5, launches: 2, cases);
    }

    [DeviceTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void WholeTrainingsEndAlikeForAnyChunk(int chunk)
    {
        const int N = 8;
        const int Width = 20;
        const int Batch = 24;
        var settings = Settings(11, N, Width, Batch) with { TestSamples = 500, MaxSteps = 3000 };
        SimtCase[] cases =
        [
            new(settings, [0, 1]),
            new(settings with { Seed = 12 }, [6, 2]),
            new(settings with { Seed = 13, MaxSteps = 9 }, [0, 1, 2, 3, 4, 5, 6, 7]),
            new(settings with { Seed = 14, StepSize = 1e6f / Batch }, [3, 4]),
            new(settings with { Seed = 15, Decay = 0.999f }, [5]),
        ];

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
            [RunPhase.Solved, RunPhase.Solved, RunPhase.Budget, RunPhase.Diverged, RunPhase.Solved],
            states.Select(state => (RunPhase)state.Phase));
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
        var settings = Settings(21, N, Width, batch) with { TestSamples = 100, StepSize = 0.1f / batch };
        SimtCase[] cases = [new(settings, [1, 3]), new(settings with { Seed = 22, MaxSteps = 70 }, [0, 1, 2])];

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
        SimtCase[] cases = [new(Settings(1, 4, 5, 8), [0]), new(Settings(2, 4, 5, 8), [0]), new(Settings(3, 4, 5, 8), [0])];
        using var slots = new SimtSlots(device.Accelerator, 4, 5, 8, 3, cases);
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

    internal static RunSettings Settings(ulong seed, int n, int width, int batch) => new()
    {
        Seed = seed,
        MaxSteps = 1500,
        StepSize = 1f / batch,
        Decay = 1f,
        Distribution = (int)InitialDistribution.Uniform,
        HiddenScale = (float)Math.Sqrt(6.0 / (n + width)),
        OutputScale = (float)Math.Sqrt(6.0 / (width + 1)),
        Degree = 1,
        TestSamples = 64,
    };

    /// <summary>Inputs spread over all n.</summary>
    private static int[] Subset(int n, int degree)
    {
        int k = Math.Min(n, degree);
        return [.. Enumerable.Range(0, k).Select(q => q * n / k)];
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
public sealed class SimtOpenCLTests(PoclDevice pocl) : SimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class SimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : SimtTests(cuda.Next(output));
