using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// The SIMT body of the general path on ILGPU's simulated threads, each of them a thread of the operating system: slow, so little is
/// trained, but to the end.
/// </summary>
public sealed class GeneralSimulatedTests
{
    [Fact]
    public void A_run_ends_as_the_canon_says()
    {
        const long Seed = 3;
        Point point = GeneralPoints.Trainings().First() with { K = 5, MaxSteps = 3, TestSamples = 40, Width = 5 };
        var shape = BankShape.Of(point).Launch(1) with { ChunkSteps = 10 };
        using var context = DeviceCatalog.CreateContext(
            builder => builder.CPU(new CPUDevice(4, Simt.GeneralKernel.GroupSize(shape) / 4, 1)));
        using var accelerator = context.GetCPUDevice(0).CreateCPUAccelerator(context);
        using var runs = accelerator.Allocate1D<float>(RunLayout.RunFloats(shape));
        using var settings = accelerator.Allocate1D([RunPlan.Settings(point, Seed)]);
        using var subset = accelerator.Allocate1D(RunPlan.Subset(point, Seed));
        using var phases = accelerator.Allocate1D(RunPlan.Phases(point));
        using var coefficients = accelerator.Allocate1D<float>(shape.Coefficients);
        using var data = accelerator.Allocate1D<uint>(1);
        using var states = accelerator.Allocate1D([new RunState { Status = (int)RunStatus.Fresh }]);
        using var requests = accelerator.Allocate1D<int>(1);
        using var measures = accelerator.Allocate1D<RunMeasure>(1);
        using var scratch = accelerator.Allocate1D<uint>(Simt.GeneralKernel.ScratchWords(shape));
        var kernel = accelerator.LoadStreamKernel<
            LaunchShape, RunBuffers, ArrayView<int>, ArrayView<RunMeasure>, ArrayView<uint>>(Simt.GeneralKernel.Kernel);
        var buffers = new RunBuffers
        {
            Runs = runs.View,
            Settings = settings.View,
            Subsets = subset.View,
            Phases = phases.View,
            Coefficients = coefficients.View,
            Data = data.View,
            States = states.View,
        };
        kernel(new KernelConfig(1, Simt.GeneralKernel.GroupSize(shape)), shape, buffers, requests.View, measures.View, scratch.View);
        accelerator.Synchronize();

        var oracle = new CanonicalNet(point, Seed);
        Assert.Equal(oracle.Run(10), states.GetAsArray1D()[0]);
        Assert.Equal(oracle.Weights, runs.GetAsArray1D());
    }
}
