using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Kernels;

/// <summary>A transformer on a GPU's backend against the same on the CPU, bit for bit.</summary>
public abstract class AttentionSimtTests(Device device) : IDisposable
{
    private static readonly long[] Seeds = [1, 0x7FFFFFFF00000001];

    private readonly Device cpu = DeviceCatalog.OpenCpu(2);

    public void Dispose()
    {
        cpu.Dispose();
        GC.SuppressFinalize(this);
    }

    [DeviceTheory]
    [MemberData(nameof(TransformerPoints.StepIndices), MemberType = typeof(TransformerPoints))]
    public void Steps_and_measures_have_the_bits_of_the_cpu(int index)
    {
        Point point = TransformerPoints.Steps().ElementAt(index);
        using var found = Loaded(device, point);
        using var expected = Loaded(cpu, point);
        foreach (int chunk in new[] { 0, 1, 3 })
        {
            found.Launch(chunk);
            expected.Launch(chunk);
            AssertSame(expected, found);
            int[] requests = [MeasureRequest.Progress, MeasureRequest.ProgressAndGap];
            Assert.Equal(expected.Measure(requests).Select(FloatBits.Of), found.Measure(requests).Select(FloatBits.Of));
        }

        AssertSame(expected, found);
    }

    [DeviceTheory]
    [MemberData(nameof(TransformerPoints.TrainingIndices), MemberType = typeof(TransformerPoints))]
    public void Trainings_end_as_on_the_cpu(int index)
    {
        Point point = TransformerPoints.Trainings().ElementAt(index);
        using var found = Loaded(device, point);
        using var expected = Loaded(cpu, point);
        Train(found, 7);
        Train(expected, 1000);
        AssertSame(expected, found);
    }

    [DeviceFact]
    public void Trainings_end_in_every_way()
    {
        var phases = new HashSet<RunStatus>();
        foreach (Point point in TransformerPoints.Trainings())
        {
            using var bank = Loaded(cpu, point);
            Train(bank, 1000);
            phases.UnionWith(bank.States.ToArray().Select(state => (RunStatus)state.Status));
        }

        Assert.Equal([RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged], phases.Order());
    }

    private static SlotBank Loaded(Device device, Point point)
    {
        var bank = new SlotBank(device, BankShape.Of(point), Seeds.Length);
        for (int slot = 0; slot < Seeds.Length; slot++)
            bank.Load(slot, point, Seeds[slot]);

        return bank;
    }

    private static void Train(SlotBank bank, int chunk)
    {
        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));
    }

    private static void AssertSame(SlotBank expected, SlotBank found)
    {
        Assert.Equal(expected.States.ToArray(), found.States.ToArray());
        for (int slot = 0; slot < Seeds.Length; slot++)
            Assert.Equal(FloatBits.Of(expected.ReadWeights(slot)), FloatBits.Of(found.ReadWeights(slot)));
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class AttentionSimtOpenCLTests(PoclDevice pocl) : AttentionSimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class AttentionSimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : AttentionSimtTests(cuda.Next(output));
