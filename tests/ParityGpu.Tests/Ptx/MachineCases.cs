using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>Cases for theories that run on the machine.</summary>
internal static class MachineCases
{
    /// <summary>
    /// Whether to run a kernel as it is and contracted: no and yes, or only no where an assembler finds nothing to contract, so that both
    /// are the same program.
    /// </summary>
    public static bool[] Contracted(params string[] kernels) =>
        kernels.Any(kernel => RoundingChecks.ContractiblePairs(GpuKernels.Decode(kernel)).Count > 0) ? [false, true] : [false];

    /// <summary>Every index below <paramref name="count"/>, each as often as <see cref="Contracted"/> says.</summary>
    public static TheoryData<int, bool> Indices(int count, params string[] kernels)
    {
        var data = new TheoryData<int, bool>();
        foreach (bool contracted in Contracted(kernels))
        {
            for (int index = 0; index < count; index++)
                data.Add(index, contracted);
        }

        return data;
    }
}
