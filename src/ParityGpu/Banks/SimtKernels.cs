using ParityGpu.Kernels;
using ParityGpu.Runs;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Banks;

/// <summary>Which kernels train and measure networks on a GPU, and what a launch of them needs.</summary>
public static class SimtKernels
{
    /// <summary>The kernel that trains.</summary>
    public static Delegate Training(KernelPath path, Model model) => (path, model) switch
    {
        (KernelPath.Counts, _) => Simt.CountingKernel.Kernel,
        (_, Model.Transformer) => Simt.GeneralKernel.TransformerKernel,
        _ => Simt.GeneralKernel.Kernel,
    };

    /// <summary>The kernel that looks inside runs.</summary>
    public static Delegate Measuring(Model model) =>
        model == Model.Transformer ? Simt.GeneralKernel.TransformerMeasureKernel : Simt.GeneralKernel.MeasureKernel;

    /// <summary>Threads of a group.</summary>
    public static int GroupSize(KernelPath path, LaunchShape shape) =>
        path == KernelPath.Counts ? Simt.CountingKernel.GroupSize(shape) : Simt.GeneralKernel.GroupSize(shape);

    /// <summary>Words of scratch memory of a slot.</summary>
    public static long ScratchWords(KernelPath path, LaunchShape shape) =>
        path == KernelPath.Counts ? Simt.CountingKernel.ScratchWords(shape) : Simt.GeneralKernel.ScratchWords(shape);
}
