using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMD body against the scalar canon: the same bits after some steps, the same ends.</summary>
public sealed class CountingSimdTests : IDisposable
{
    private readonly Device device = DeviceCatalog.OpenCpu(2);

    public void Dispose() => device.Dispose();

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 2, 10, 32)]
    [InlineData(4, 2, 16, 2)]
    [InlineData(5, 3, 17, 3)]
    [InlineData(30, 3, 100, 1)]
    [InlineData(30, 3, 10, 7)]
    [InlineData(30, 3, 33, 8)]
    [InlineData(50, 3, 100, 24)]
    [InlineData(50, 3, 40, 33)]
    [InlineData(31, 4, 20, 64)]
    [InlineData(10, 2, 20, 100)]
    [InlineData(9, 2, 20, 300)]
    [InlineData(66, 3, 16, 128)]
    public void Weights_have_the_canon_s_bits(int n, int k, int width, int batch)
    {
        foreach (var init in Enum.GetValues<Init>().Where(init => init != Init.Sparse))
        {
            var point = TestPoints.Point(n, k, width, batch, learningRate: 0.3, weightDecay: init == Init.Sign ? 0.01 : 0, init: init, subset: SubsetChoice.Random);
            AssertSameTrajectory(point, seed: 11, steps: 7, chunk: 3);
            if (init == Init.Torch)
                AssertSameTrajectory(point with { InputBias = 0.1, Mixture = 0.6, BiasedSteps = 4 }, seed: 12, steps: 7, chunk: 3);
        }
    }

    [Theory]
    [InlineData(10, 2, 20, 32, 0.5)]
    [InlineData(10, 2, 20, 3, 0.1)]
    [InlineData(12, 2, 30, 1, 0.05)]
    [InlineData(12, 3, 30, 50, 1)]
    public void Whole_trainings_end_as_the_canon_says(int n, int k, int width, int batch, double learningRate)
    {
        var point = TestPoints.Point(n, k, width, batch, learningRate, maxSteps: 3000, testSamples: 500);
        for (long seed = 0; seed < 3; seed++)
        {
            var oracle = new CanonicalNet(point, seed).Run(int.MaxValue);
            foreach (int chunk in new[] { 1, 7, 64, 5000 })
                Assert.Equal(oracle, Train(point, seed, chunk));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(64)]
    public void Convergence_is_judged_as_the_canon_says(int batch)
    {
        foreach (var (point, seed) in CountingPoints.Judged(33, batch))
        {
            RunState oracle = new CanonicalNet(point, seed).Run(int.MaxValue);
            foreach (int chunk in new[] { 3, 1000 })
                Assert.Equal(oracle, Train(point, seed, chunk));
        }
    }

    [Fact]
    public void Divergence_is_seen_at_the_canon_s_step()
    {
        var point = TestPoints.Point(30, 3, 20, 32, learningRate: 1e6, maxSteps: 1000);
        var oracle = new CanonicalNet(point, 5).Run(int.MaxValue);
        Assert.Equal(RunStatus.Diverged, (RunStatus)oracle.Status);
        Assert.Equal(oracle, Train(point, 5, 10));
    }

    [Fact]
    public void A_budget_ends_with_the_number_of_held_out_errors()
    {
        var point = TestPoints.Point(30, 3, 20, 16, learningRate: 0.1, maxSteps: 9, testSamples: 1000);
        var oracle = new CanonicalNet(point, 5).Run(int.MaxValue);
        Assert.Equal(RunStatus.Budget, (RunStatus)oracle.Status);
        Assert.InRange(oracle.HeldOutErrors, 300, 700);
        Assert.Equal(oracle, Train(point, 5, 4));
    }

    [Theory]
    [InlineData(10, 2, 20, 32, 0.5)]
    [InlineData(10, 2, 20, 3, 0.1)]
    [InlineData(30, 3, 20, 32, 1e6)]
    public void A_run_that_waits_on_the_way_takes_the_same_steps(int n, int k, int width, int batch, double learningRate)
    {
        var point = TestPoints.Point(n, k, width, batch, learningRate, maxSteps: 300, testSamples: 500);
        for (long seed = 0; seed < 3; seed++)
        {
            var oracle = new CanonicalNet(point, seed);
            using var bank = new SlotBank(device, BankShape.Of(point), 1);
            bank.Load(0, point, seed);
            bank.Launch(0);
            Assert.Equal(oracle.Weights, bank.ReadWeights(0));
            foreach (long stop in new long[] { 1, 2, 5, 40, 41, 299, 1000 })
            {
                var before = bank.States[0];
                if ((RunStatus)before.Status != RunStatus.Running)
                    break;

                bank.StopAt(0, stop);
                foreach (int chunk in new[] { 1, 3, 1000, 1000 })
                    bank.Launch(chunk);

                oracle.Run((int)(stop - before.Steps));
                Assert.Equal(oracle.State with { StopAt = stop }, bank.States[0]);
                Assert.Equal(oracle.Weights, bank.ReadWeights(0));
            }

            Assert.NotEqual(RunStatus.Running, (RunStatus)bank.States[0].Status);
        }
    }

    [Fact]
    public void Every_slot_gets_the_bits_it_gets_alone()
    {
        var point = TestPoints.Point(20, 3, 24, 40, learningRate: 0.3);
        using var bank = new SlotBank(device, BankShape.Of(point), 9);
        for (int slot = 0; slot < 9; slot++)
            bank.Load(slot, point, 100 + slot);

        bank.Launch(5);
        for (int slot = 0; slot < 9; slot++)
        {
            var oracle = new CanonicalNet(point, 100 + slot);
            oracle.Run(5);
            Assert.Equal(oracle.Weights, bank.ReadWeights(slot));
        }
    }

    private void AssertSameTrajectory(Point point, long seed, int steps, int chunk)
    {
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, seed);
        var oracle = new CanonicalNet(point, seed);
        for (int done = 0; done < steps; done += chunk)
        {
            oracle.Run(chunk);
            bank.Launch(chunk);
            Assert.Equal(oracle.State, bank.States[0]);
            Assert.Equal(oracle.Weights, bank.ReadWeights(0));
        }
    }

    private RunState Train(Point point, long seed, int chunk)
    {
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, seed);
        do
            bank.Launch(chunk);
        while (bank.States[0].Status == (int)RunStatus.Running);

        return bank.States[0];
    }
}
