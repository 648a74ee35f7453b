using System.Collections.Concurrent;
using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;

namespace ParityGpu.Tests.Ptx;

/// <summary>Cases for theories that run on the machine.</summary>
internal static class MachineCases
{
    private static readonly ConcurrentDictionary<string, bool> Contractible = [];

    /// <summary>
    /// Whether to run a kernel as it is and contracted: no and yes, or only no where an assembler finds nothing to contract, so that both
    /// are the same program. Tests ask this themselves: it takes a compilation, too long for the list of tests.
    /// </summary>
    public static bool[] Contracted(params string[] kernels) =>
        kernels.Any(IsContractible) ? [false, true] : [false];

    private static bool IsContractible(string kernel) =>
        Contractible.GetOrAdd(kernel, name => RoundingChecks.ContractiblePairs(GpuKernels.Decode(name)).Count > 0);
}
