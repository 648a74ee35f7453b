using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The population-count gradient against the chain rule in real numbers, both as kernels.</summary>
public sealed class GeneralPathTests
{
    [Theory]
    [InlineData(5, 2, 3, 1)]
    [InlineData(30, 3, 100, 32)]
    [InlineData(13, 4, 20, 45)]
    [InlineData(6, 1, 17, 5)]
    public void Counts_agree_with_real_numbers(int n, int k, int width, int batch)
    {
        using var device = DeviceCatalog.OpenCpu(1);
        foreach (var init in Enum.GetValues<Init>())
        {
            var point = TestPoints.Point(n, k, width, batch, learningRate: 0.2, weightDecay: 0.001, init: init);
            using var counts = new SlotBank(device, BankShape.Of(point), 2);
            using var real = new SlotBank(device, BankShape.Of(point, KernelPath.General), 2);
            foreach (var bank in new[] { counts, real })
            {
                bank.Load(0, point, 1);
                bank.Load(1, point, 2);
                bank.Launch(3);
            }

            for (int slot = 0; slot < 2; slot++)
            {
                float[] found = counts.ReadWeights(slot);
                float[] expected = real.ReadWeights(slot);
                for (int i = 0; i < found.Length; i++)
                    Assert.Equal(expected[i], found[i], 1e-6f);
            }
        }
    }
}
