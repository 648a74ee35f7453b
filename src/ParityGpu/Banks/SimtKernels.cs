using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Banks;

/// <summary>Selects the kernels that train and measure networks on a GPU, and what their launches need.</summary>
public static class SimtKernels
{
    /// <summary>
    /// Allows four groups per multiprocessor, where the assembler's own choice leaves room for three, or two with a transformer: 1.11 times as fast
    /// there on an H100 (bench/results).
    /// </summary>
    private const int GeneralRegisters = 128;

    /// <summary>Allows eight groups per multiprocessor: a narrow network's group mostly waits for shared memory.</summary>
    private const int NarrowRegisters = 64;

    /// <summary>The kernel that trains.</summary>
    public static SimtLaunch Training(BankShape bank, int slots, GroupLimits limits)
    {
        LaunchShape shape = bank.Launch(slots);
        return (bank.Path, bank.Model) switch
        {
            (KernelPath.Counts, _) => CountingLaunch.Of(shape, limits),
            (_, Model.Transformer) => General(Simt.GeneralKernel.TransformerKernel, shape),
            _ when bank.Monomials == 0 && Simt.NarrowKernel.Takes(shape) => Narrow(shape),
            _ when bank.Tasks > 0 => General(Simt.GeneralKernel.TaskKernel, shape),
            _ => General(Simt.GeneralKernel.Kernel, shape),
        };
    }

    /// <summary>The kernel that measures runs.</summary>
    public static SimtLaunch Measuring(BankShape bank, int slots) => General(
        bank.Model == Model.Transformer ? Simt.GeneralKernel.TransformerMeasureKernel
        : bank.Tasks > 0 ? Simt.GeneralKernel.TaskMeasureKernel
        : Simt.GeneralKernel.MeasureKernel,
        bank.Launch(slots));

    private static SimtLaunch Narrow(LaunchShape shape) => new(
        Simt.NarrowKernel.IsOneUnit(shape) ? Simt.NarrowKernel.OneUnitKernel : Simt.NarrowKernel.Kernel,
        shape,
        Simt.NarrowKernel.GroupSize(shape),
        0,
        0,
        NarrowRegisters);

    private static SimtLaunch General(Action<LaunchShape, RunBuffers, ILGPU.ArrayView<uint>> body, LaunchShape shape) =>
        new(body, shape, Simt.GeneralKernel.GroupSize(shape), 0, Simt.GeneralKernel.ScratchWords(shape), GeneralRegisters);
}
