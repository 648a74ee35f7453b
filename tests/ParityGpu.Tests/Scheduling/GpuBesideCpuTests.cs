using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using ParityGpu.Tests.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Sweeps on a CPU and a GPU's backend at once, and runs that go from one to the other.</summary>
public abstract class GpuBesideCpuTests(Device device)
{
    [DeviceFact]
    public void A_cpu_and_a_gpu_give_the_records_of_either()
    {
        SweepSpec spec = SeveralDevicesTests.Spec with { Lr = [0.5], Loss = [Loss.Hinge], Seeds = 12, MaxSteps = 60 };
        using Device cpu = DeviceCatalog.OpenCpu(2);
        RunRecord[] expected = RecordList.Of(spec, cpu);
        var seen = new List<SweepProgress>();
        var list = new RecordList();
        SeveralDevicesTests.Run(spec, [.. BankDevice.Of(cpu), .. BankDevice.Of(device)], list, seen.Add);

        Assert.Equal(expected, list.Sorted);
        Assert.Equal(["cpu", device.Name], seen[^1].Devices.Select(each => each.Device));
        Assert.Equal(expected, RecordList.Of(spec, device));
    }

    [DeviceFact]
    public void A_run_begun_on_one_kind_of_device_ends_on_another_with_the_same_bits()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        Point[] points =
        [
            new(10, 2, 20, 8, 0.1) { WeightDecay = 0.001, Subset = SubsetChoice.Random, MaxSteps = 1000, TestSamples = 256 },
            new(10, 2, 20, 8, 0.01)
            {
                Model = Model.Deep,
                Loss = Loss.Logistic,
                Init = Init.Torch,
                MaxSteps = 1000,
                TestSamples = 256,
                Optimizer = Optimizer.Adam,
                Samples = 100,
            },
        ];
        foreach (Point point in points.Select(point => point.Normalised()))
        {
            BankShape shape = BankShape.Of(point);
            using var whole = new SlotBank(cpu, shape, 1);
            whole.Load(0, point, 5);
            whole.Launch(60);
            foreach (var (first, second) in new[] { (cpu, device), (device, cpu) })
            {
                using var here = new SlotBank(first, shape, 1);
                here.Load(0, point, 5);
                here.Launch(25);
                var (floats, data, state) = here.Save(0);
                using var there = new SlotBank(second, shape, 2);
                there.Load(1, point, new RunSnapshot(0, 5, state, floats, data, CurveSoFar.None));
                there.Launch(35);

                Assert.Equal(whole.States[0], there.States[1]);
                Assert.Equal(whole.Save(0).Floats, there.Save(1).Floats);
            }
        }
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class BesideCpuOpenCLTests(PoclDevice pocl) : GpuBesideCpuTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class BesideCpuCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : GpuBesideCpuTests(cuda.Next(output));
