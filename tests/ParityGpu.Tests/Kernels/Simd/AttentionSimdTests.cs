using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMD body of transformers against <see cref="CanonicalNet"/>, bit for bit.</summary>
public sealed class AttentionSimdTests : IDisposable
{
    private const long Seed = 11;

    private readonly Device device = DeviceCatalog.OpenCpu(1);

    public void Dispose() => device.Dispose();

    [Theory]
    [MemberData(nameof(TransformerPoints.StepIndices), MemberType = typeof(TransformerPoints))]
    public void Steps_and_measures_have_the_bits_of_the_canon(int index)
    {
        Point point = TransformerPoints.Steps().ElementAt(index);
        var oracle = new CanonicalNet(point, Seed);
        using var bank = Loaded(point);
        foreach (int chunk in new[] { 0, 1, 2 })
        {
            oracle.Run(chunk);
            bank.Launch(chunk);
            AssertSame(oracle, bank);
        }

        Assert.Equal(oracle.Measure(MeasureRequest.Progress), bank.Measure([MeasureRequest.Progress])[0]);
    }

    [Theory]
    [MemberData(nameof(TransformerPoints.TrainingIndices), MemberType = typeof(TransformerPoints))]
    public void Trainings_end_as_the_canon_says(int index)
    {
        Point point = TransformerPoints.Trainings().ElementAt(index);
        var oracle = new CanonicalNet(point, Seed);
        oracle.Run(int.MaxValue);
        using var bank = Loaded(point);
        bank.Launch(int.MaxValue);
        AssertSame(oracle, bank);
    }

    private SlotBank Loaded(Point point)
    {
        var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, Seed);
        return bank;
    }

    private static void AssertSame(CanonicalNet oracle, SlotBank bank)
    {
        Assert.Equal(oracle.State, bank.States[0]);
        Assert.Equal(oracle.Weights.Select(BitConverter.SingleToUInt32Bits), bank.ReadWeights(0).Select(BitConverter.SingleToUInt32Bits));
    }
}
