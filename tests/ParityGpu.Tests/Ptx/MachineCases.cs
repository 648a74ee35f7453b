using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>Cases for theories that run on the machine.</summary>
internal static class MachineCases
{
    /// <summary>
    /// Whether to run a kernel as it is and contracted: no and yes, or only no where an assembler finds nothing to contract, so that both
    /// are the same program. Tests ask this themselves: it takes a compilation, too long for the list of tests.
    /// </summary>
    public static bool[] Contracted(params string[] kernels) =>
        kernels.Any(kernel => RoundingChecks.ContractiblePairs(GpuKernels.Decode(kernel)).Count > 0) ? [false, true] : [false];

    /// <summary>Every index below <paramref name="count"/>.</summary>
    public static TheoryData<int> Indices(int count) => [.. Enumerable.Range(0, count)];
}
