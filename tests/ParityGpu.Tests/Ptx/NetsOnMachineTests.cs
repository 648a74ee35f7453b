using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Ptx;

/// <summary>The PTX of the general path against <see cref="CanonicalNet"/>, bit for bit.</summary>
public sealed class NetsOnMachineTests
{
    private static readonly long[] Seeds = [1, 0x7FFFFFFF00000001];

    private static readonly string[] Trainers =
        [nameof(Simt.GeneralKernel.Kernel), nameof(Simt.GeneralKernel.TaskKernel), GpuKernels.Narrow, GpuKernels.NarrowOneUnit];

    private static readonly string[] Measures = [nameof(Simt.GeneralKernel.MeasureKernel), nameof(Simt.GeneralKernel.TaskMeasureKernel)];

    [Theory]
    [MemberData(nameof(GeneralPoints.StepIndices), MemberType = typeof(GeneralPoints))]
    public void Steps_and_measures_have_the_bits_of_the_canon(int index)
    {
        Point point = GeneralPoints.Steps().ElementAt(index);
        int request = point.N <= 8 ? MeasureRequest.ProgressAndGap : MeasureRequest.Progress;
        foreach (bool contracted in MachineCases.Contracted([.. Trainers, .. Measures]))
        {
            var bank = new MachineBank(point, KernelPath.General, Seeds, contracted);
            CanonicalNet[] oracles = [.. Seeds.Select(seed => new CanonicalNet(point, seed, KernelPath.General))];
            foreach (int chunk in new[] { 0, 2, 3 })
            {
                bank.Launch(chunk);
                foreach (var oracle in oracles)
                    oracle.Run(chunk);

                AssertSame(oracles, bank);
            }

            var expected = oracles[1].Measure(request);
            var found = bank.Measure(MeasureRequest.None, request)[1];
            Assert.Equal(FloatBits.Of(expected), FloatBits.Of(found));
            Assert.Equal(oracles[1].TaskLosses().Select(FloatBits.Of), bank.TaskLosses(1).Select(FloatBits.Of));
            AssertSame(oracles, bank);
        }
    }

    [Theory]
    [MemberData(nameof(GeneralPoints.TrainingIndices), MemberType = typeof(GeneralPoints))]
    public void Trainings_end_as_the_canon_says(int index)
    {
        Point point = GeneralPoints.Trainings().ElementAt(index);
        CanonicalNet[] oracles = [.. Seeds.Select(seed => new CanonicalNet(point, seed, KernelPath.General))];
        foreach (var oracle in oracles)
            oracle.Run(int.MaxValue);

        foreach (bool contracted in MachineCases.Contracted(Trainers))
        {
            var bank = new MachineBank(point, KernelPath.General, Seeds, contracted);
            bank.RunToEnd(contracted ? 64 : 7);
            AssertSame(oracles, bank);
        }
    }

    private static void AssertSame(CanonicalNet[] oracles, MachineBank bank)
    {
        for (int slot = 0; slot < oracles.Length; slot++)
        {
            Assert.Equal(oracles[slot].State, bank.States[slot]);
            Assert.Equal(oracles[slot].Weights.Select(FloatBits.Of), bank.Weights(slot).Select(FloatBits.Of));
        }
    }
}
