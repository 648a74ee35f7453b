using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Which kernel trains networks on a GPU.</summary>
internal static class SimtKernels
{
    public static Delegate Of(BankShape bank) => bank switch
    {
        { Path: KernelPath.Counts } => MlpSimt.Kernel,
        { Model: Model.Transformer } => NetSimt.TransformerKernel,
        _ => NetSimt.Kernel,
    };
}
