using System.Text.Json;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.RandomSpecs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// Sweeps whose outputs are not numbers, which an H100 once trained otherwise than the CPU: through CUDA those whose losses took the bits of a NaN for
/// an exponent, through OpenCL those whose errors were counted by an ordered comparison. The last two have infinite weights times inputs that are 0.
/// </summary>
public abstract class OverflowSimtTests(Device device)
{
    [DeviceTheory]
    [InlineData("""{ "n": 8, "k": 1, "model": "deep", "depth": 7, "width": 2, "batch": 13, "loss": "logistic", "train": "output", "samples": 66, "seeds": 3, "maxSteps": 7, "testSamples": 64, "curve": "2" }""")]
    [InlineData("""{ "n": 1, "k": 1, "model": "deep", "depth": 6, "width": 16, "batch": 1, "loss": "logistic", "init": "kaiming-normal", "train": "output", "seeds": 1, "firstSeed": 3, "maxSteps": 6, "testSamples": 1, "curve": "log:2" }""")]
    [InlineData("""{ "n": 1, "k": 1, "model": "deep", "depth": 8, "width": 3, "batch": 1, "loss": "logistic", "train": "output", "seeds": 1, "firstSeed": 1, "maxSteps": 1, "testSamples": 1, "curve": "15" }""")]
    [InlineData("""{ "n": 2, "k": 1, "width": 8, "batch": 11, "lr": 1000, "seeds": 1, "maxSteps": 12, "testSamples": 1 }""")]
    [InlineData("""{ "n": 1, "k": 1, "width": 9, "batch": 2, "lr": 1e30, "seeds": 1, "firstSeed": 2, "maxSteps": 1, "testSamples": 3 }""")]
    [InlineData("""{ "n": 2, "k": 1, "width": 4, "batch": 62, "lr": 1000, "seeds": 1, "firstSeed": 3, "maxSteps": 9, "testSamples": 1 }""")]
    [InlineData("""{ "n": 27, "k": 1, "model": "deep", "depth": 6, "width": 2, "batch": 1, "loss": "logistic", "optimizer": "sign-sgd", "seeds": 1, "maxSteps": 5, "testSamples": 9 }""")]
    [InlineData("""{ "n": 3, "k": 1, "model": "polynet", "width": 1, "batch": 5, "loss": "square", "encoding": "01", "seeds": 1, "firstSeed": 1, "maxSteps": 90, "testSamples": 1, "curve": "log:6" }""")]
    [InlineData("""{ "n": 3, "k": 1, "width": 4, "batch": 1, "lr": 1e25, "loss": "correlation", "encoding": "01", "seeds": 1, "firstSeed": 3, "maxSteps": 2, "testSamples": 1, "curve": "31" }""")]
    public void Runs_that_overflow_have_the_bits_of_the_cpu(string text)
    {
        SweepSpec spec = SpecFile.Read(JsonDocument.Parse(text).RootElement, "test");
        using Device cpu = DeviceCatalog.OpenCpu(1);

        SpecDifference? difference = new SpecComparison(BankDevice.Of(cpu), BankDevice.Of(device)).Compare(spec, LaunchLimits.None);

        Assert.Null(difference?.Detail);
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class OverflowSimtOpenCLTests(PoclDevice pocl) : OverflowSimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class OverflowSimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : OverflowSimtTests(cuda.Next(output));
