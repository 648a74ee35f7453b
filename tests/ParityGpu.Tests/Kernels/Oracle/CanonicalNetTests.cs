using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The two oracles against each other, and what the points of <see cref="GeneralPoints"/> reach.</summary>
public sealed class CanonicalNetTests
{
    [Theory]
    [InlineData(5, 2, 3, 1)]
    [InlineData(13, 3, 20, 45)]
    [InlineData(30, 3, 33, 32)]
    public void Real_numbers_agree_with_counts(int n, int k, int width, int batch)
    {
        var point = TestPoints.Point(n, k, width, batch, learningRate: 0.2, weightDecay: 0.001);
        var counts = TestPoints.Oracle(point, 1);
        var real = new CanonicalNet(point, 1);

        counts.Run(5);
        real.Run(5);

        Assert.Equal(counts.State, real.State);
        Assert.All(counts.Weights.Zip(real.Weights), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Trainings_end_in_every_way()
    {
        var ends = GeneralPoints.Trainings().Select(point => (RunStatus)new CanonicalNet(point, 3).Run(int.MaxValue).Status).ToArray();

        Assert.Contains(RunStatus.Solved, ends);
        Assert.Contains(RunStatus.Budget, ends);
        Assert.Contains(RunStatus.Diverged, ends);
    }

    [Fact]
    public void An_epoch_shows_every_point_of_a_finite_sample_once()
    {
        var settings = new RunSettings { Seed = 5, Degree = 1 };
        var finite = new CanonicalSamples(40, 37, settings, [0]);

        for (int epoch = 0; epoch < 3; epoch++)
        {
            var shown = Enumerable.Range(epoch * 37, 37).Select(q => string.Join(',', finite.Training((ulong)q).X));
            var drawn = Enumerable.Range(0, 37).Select(q => string.Join(',', finite.Stream((ulong)q).X));
            Assert.Equal(drawn.Order(), shown.Order());
        }
    }
}
