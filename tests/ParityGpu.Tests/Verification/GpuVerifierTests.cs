using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using ParityGpu.Tests.Kernels;
using ParityGpu.Tests.Scheduling;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Verification;

/// <summary>What <c>parity verify</c> says of a GPU's backend, and a sweep on it.</summary>
public abstract class GpuVerifierTests(Device device)
{
    [DeviceFact]
    public void A_gpu_passes_every_check() => VerifierTests.AssertPasses(device);

    [DeviceFact]
    public void A_sweep_on_a_gpu_records_what_the_cpu_records()
    {
        var spec = new SweepSpec { N = [12], K = [2], Width = [10, 20], Batch = [16, 40], Lr = [0.3, 1e6], Seeds = 5, MaxSteps = 32 };
        using var cpu = DeviceCatalog.OpenCpu(2);
        var expected = RecordList.Of(spec, cpu);
        Assert.Equal(3, expected.Select(record => record.Outcome).Distinct().Count());
        Assert.Equal(expected, RecordList.Of(spec, device));
    }

    [DeviceFact]
    public void A_sweep_of_several_networks_on_a_gpu_records_what_the_cpu_records()
    {
        var spec = new SweepSpec
        {
            N = [5],
            K = [2],
            Model = [Model.Mlp, Model.Polynet, Model.Transformer],
            Loss = [Loss.Hinge, Loss.Logistic],
            Noise = [0, 0.2],
            Width = [3],
            Batch = [3],
            DEmb = [5],
            Heads = [3],
            DAttn = [2],
            Seeds = 2,
            MaxSteps = 40,
            TestSamples = 60,
        };
        using var cpu = DeviceCatalog.OpenCpu(2);

        Assert.Equal(RecordList.Of(spec, cpu), RecordList.Of(spec, device));
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class VerifierOpenCLTests(PoclDevice pocl) : GpuVerifierTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class VerifierCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : GpuVerifierTests(cuda.Next(output));
