using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// A slot whose group is one of ILGPU's CPU accelerator: every thread is a thread of the operating system, so little can be trained.
/// </summary>
internal static class SimulatedGroup
{
    private const int WarpThreads = 4;

    /// <summary>The state and parameters of a run after up to so many steps.</summary>
    public static (RunState State, float[] Weights) Train(Point point, long seed, int steps)
    {
        var bank = BankShape.Of(point);
        SimtLaunch launch = SimtKernels.Training(bank, 1, new GroupLimits(Threads: 256, DynamicBytes: 0));
        LaunchShape shape = launch.Shape with { ChunkSteps = steps };
        int threads = launch.Threads;

        // ILGPU takes powers of two.
        int warps = (int)BitOperations.RoundUpToPowerOf2((uint)threads) / WarpThreads;
        using var context = DeviceCatalog.CreateContext(builder => builder.CPU(new CPUDevice(WarpThreads, warps, 1)));
        using var accelerator = context.GetCPUDevice(0).CreateCPUAccelerator(context);
        using var runs = accelerator.Allocate1D<float>(RunLayout.RunFloats(shape));
        using var settings = accelerator.Allocate1D(RunPlan.Stored(point, seed));
        using var subset = accelerator.Allocate1D(RunPlan.Subset(point, seed));
        using var phases = accelerator.Allocate1D(RunPlan.Phases(point));
        using var coefficients = accelerator.Allocate1D<float>(shape.Coefficients);
        using var monomials = accelerator.Allocate1D<Monomial>(shape.Monomials);
        using var tasks = accelerator.Allocate1D<int>(1);
        using var taskLosses = accelerator.Allocate1D<float>(1);
        using var data = accelerator.Allocate1D<uint>(1);
        using var states = accelerator.Allocate1D([new RunState { Status = (int)RunStatus.Fresh }]);
        using var requests = accelerator.Allocate1D<int>(1);
        using var measures = accelerator.Allocate1D<RunMeasure>(1);
        using var scratch = accelerator.Allocate1D<uint>(Math.Max(1, launch.ScratchWords));
        var kernel = accelerator.LoadStreamKernel(
            launch.Body.Method.CreateDelegate<Action<LaunchShape, RunBuffers, ArrayView<uint>>>());
        var buffers = new RunBuffers
        {
            Runs = runs.View,
            Settings = settings.View,
            Subsets = subset.View,
            Phases = phases.View,
            Coefficients = coefficients.View,
            Monomials = monomials.View,
            Tasks = tasks.View.BaseView.SubView(0, 0),
            Data = data.View,
            States = states.View,
            Requests = requests.View,
            Measures = measures.View,
            TaskLosses = taskLosses.View,
        };
        kernel(new KernelConfig(1, threads), shape, buffers, scratch.View);
        accelerator.Synchronize();
        return (states.GetAsArray1D()[0], runs.GetAsArray1D());
    }
}
