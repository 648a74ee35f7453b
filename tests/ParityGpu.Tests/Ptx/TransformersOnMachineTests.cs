using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Ptx;

/// <summary>The PTX of transformers against the same on the CPU, bit for bit.</summary>
public sealed class TransformersOnMachineTests : IDisposable
{
    private static readonly long[] Seeds = [1, 0x7FFFFFFF00000001];

    private readonly Device cpu = DeviceCatalog.OpenCpu(1);

    public void Dispose() => cpu.Dispose();

    [Theory]
    [MemberData(nameof(TransformerPoints.StepIndices), MemberType = typeof(TransformerPoints))]
    public void Steps_and_measures_have_the_bits_of_the_cpu(int index)
    {
        Point point = TransformerPoints.Steps().ElementAt(index);
        foreach (bool contracted in MachineCases.Contracted(nameof(Simt.GeneralKernel.TransformerKernel), nameof(Simt.GeneralKernel.TransformerMeasureKernel)))
        {
            var found = new MachineBank(point, KernelPath.General, Seeds, contracted);
            using var expected = Loaded(point);
            foreach (int chunk in new[] { 0, 1, 2 })
            {
                found.Launch(chunk);
                expected.Launch(chunk);
                AssertSame(expected, found);
            }

            int[] requests = [MeasureRequest.Progress, MeasureRequest.ProgressAndGap];
            Assert.Equal(expected.Measure(requests).Select(FloatBits.Of), found.Measure(requests).Select(FloatBits.Of));
            AssertSame(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(TransformerPoints.TrainingIndices), MemberType = typeof(TransformerPoints))]
    public void Trainings_end_as_on_the_cpu(int index)
    {
        Point point = TransformerPoints.Trainings().ElementAt(index);
        using var expected = Loaded(point);
        do
            expected.Launch(1000);
        while (expected.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));

        foreach (bool contracted in MachineCases.Contracted(nameof(Simt.GeneralKernel.TransformerKernel)))
        {
            var found = new MachineBank(point, KernelPath.General, Seeds, contracted);
            found.RunToEnd(contracted ? 1000 : 7);
            AssertSame(expected, found);
        }
    }

    private SlotBank Loaded(Point point)
    {
        var bank = new SlotBank(cpu, BankShape.Of(point), Seeds.Length);
        for (int slot = 0; slot < Seeds.Length; slot++)
            bank.Load(slot, point, Seeds[slot]);

        return bank;
    }

    private static void AssertSame(SlotBank expected, MachineBank found)
    {
        Assert.Equal(expected.States.ToArray(), found.States);
        for (int slot = 0; slot < Seeds.Length; slot++)
            Assert.Equal(expected.ReadWeights(slot).Select(FloatBits.Of), found.Weights(slot).Select(FloatBits.Of));
    }
}
