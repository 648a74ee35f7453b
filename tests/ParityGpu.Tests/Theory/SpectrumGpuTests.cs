using ParityGpu.Devices;
using ParityGpu.Tests.Cuda;
using ParityGpu.Tests.Kernels;
using ParityGpu.Theory;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Theory;

/// <summary>Enumeration and transform on a GPU's backend.</summary>
public abstract class SpectrumGpuTests(Device device)
{
    [DeviceFact]
    public void The_transform_is_the_sum_over_all_inputs()
    {
        SpectrumChecks.TransformIsTheSum(device, Precision.Auto, 1e-15);
        SpectrumChecks.TransformIsTheSum(device, Precision.Fp32, 1e-7);
    }

    [DeviceFact]
    public void Gradients_are_sums_over_all_inputs()
    {
        SpectrumChecks.GradientsAreTheSums(device, Precision.Auto, 1e-7);
        SpectrumChecks.GradientsAreTheSums(device, Precision.Fp32, 2e-4);
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class SpectrumOpenCLTests(PoclDevice pocl) : SpectrumGpuTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class SpectrumCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : SpectrumGpuTests(cuda.Next(output));
