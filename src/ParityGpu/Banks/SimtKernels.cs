using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Banks;

/// <summary>Which kernel trains networks on a GPU.</summary>
internal static class SimtKernels
{
    public static Delegate Of(BankShape bank) => bank switch
    {
        { Path: KernelPath.Counts } => Simt.CountingKernel.Kernel,
        { Model: Model.Transformer } => Simt.GeneralKernel.TransformerKernel,
        _ => Simt.GeneralKernel.Kernel,
    };
}
