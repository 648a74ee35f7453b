using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The two ways of the oracle against each other, and what the points of <see cref="GeneralPoints"/> reach.</summary>
public sealed class CanonicalNetTests
{
    [Theory]
    [InlineData(5, 2, 3, 1)]
    [InlineData(13, 3, 20, 45)]
    [InlineData(30, 3, 33, 32)]
    public void Real_numbers_agree_with_counts(int n, int k, int width, int batch)
    {
        var point = TestPoints.Point(n, k, width, batch, learningRate: 0.2, weightDecay: 0.001);
        var counts = new CanonicalNet(point, 1, KernelPath.Counts);
        var real = new CanonicalNet(point, 1, KernelPath.General);

        counts.Run(5);
        real.Run(5);

        Assert.Equal(counts.State, real.State);
        Assert.All(counts.Weights.Zip(real.Weights), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(KernelPath.Counts)]
    [InlineData(KernelPath.General)]
    public void Learns_and_gives_the_same_bits_for_any_chunk(KernelPath path)
    {
        var point = TestPoints.Point(6, 2, 20, 32, learningRate: 1, subset: SubsetChoice.Random, maxSteps: 2000, testSamples: 256);
        var whole = new CanonicalNet(point, 7, path);
        whole.Run(int.MaxValue);
        Assert.Equal((int)RunStatus.Solved, whole.State.Status);

        var chunks = new CanonicalNet(point, 7, path);
        while (chunks.Run(7).Status == (int)RunStatus.Running)
        {
        }

        Assert.Equal(whole.State, chunks.State);
        Assert.Equal(whole.Weights, chunks.Weights);
    }

    [Fact]
    public void Trainings_end_in_every_way()
    {
        var ends = GeneralPoints.Trainings().Select(point => (RunStatus)new CanonicalNet(point, 3, KernelPath.General).Run(int.MaxValue).Status).ToArray();

        Assert.Contains(RunStatus.Solved, ends);
        Assert.Contains(RunStatus.Budget, ends);
        Assert.Contains(RunStatus.Diverged, ends);
    }

    [Fact]
    public void An_epoch_shows_every_point_of_a_finite_sample_once()
    {
        var settings = new RunSettings { Seed = 5, Degree = 1 };
        var finite = new CanonicalSamples(TestPoints.Point(40, 1, 1, 1, 1) with { Samples = 37 }, settings, [0], []);

        for (int epoch = 0; epoch < 3; epoch++)
        {
            var shown = Enumerable.Range(epoch * 37, 37).Select(q => string.Join(',', finite.Training((ulong)q).X));
            var drawn = Enumerable.Range(0, 37).Select(q => string.Join(',', finite.Stream((ulong)q).X));
            Assert.Equal(drawn.Order(), shown.Order());
        }
    }
}
