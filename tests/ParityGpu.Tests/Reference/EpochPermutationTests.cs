using ParityGpu.Reference;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class EpochPermutationTests
{
    [Fact]
    public void It_is_a_bijection_of_any_number_of_points()
    {
        foreach (int points in Enumerable.Range(1, 70).Concat([127, 128, 129, 255, 256, 257, 1000, 1024, 1025, 4097, 65537]))
        {
            for (long epoch = 0; epoch < 3; epoch++)
                Assert.Equal(Enumerable.Range(0, points), Order(5, epoch, points).Order());
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        const int Points = 100;
        int[] first = Order(5, 0, Points);

        // Two random orders agree in one place on average.
        Assert.InRange(Agreements(first, Order(5, 1, Points)), 0, 8);
        Assert.InRange(Agreements(first, Order(6, 0, Points)), 0, 8);
        Assert.InRange(Agreements(first, [.. Enumerable.Range(0, Points)]), 0, 8);
        Assert.InRange(Agreements(Order(5, 1L << 32, Points), first), 0, 8);
    }

    /// <summary>Over many epochs, every point is in every place equally often: χ² of 20 × 20 places stays within 5 standard deviations.</summary>
    [Fact]
    public void Every_point_comes_to_every_place()
    {
        const int Points = 20;
        const int Epochs = 20_000;
        int[,] counts = new int[Points, Points];
        for (long epoch = 0; epoch < Epochs; epoch++)
        {
            var permutation = new EpochPermutation(3, epoch, Points);
            for (int place = 0; place < Points; place++)
                counts[place, permutation[place]]++;
        }

        double expected = (double)Epochs / Points;
        double chiSquare = counts.Cast<int>().Sum(count => Math.Pow(count - expected, 2) / expected);
        double freedom = (Points - 1) * (Points - 1);
        Assert.InRange(chiSquare, freedom - (5 * Math.Sqrt(2 * freedom)), freedom + (5 * Math.Sqrt(2 * freedom)));
    }

    /// <summary>Batches that straddle epochs still visit every point once per epoch, always with the same label.</summary>
    [Theory]
    [InlineData(45, 7)]
    [InlineData(32, 32)]
    [InlineData(33, 32)]
    [InlineData(5, 1)]
    public void Every_epoch_visits_every_point_once(int points, int batch)
    {
        const int Epochs = 4;
        Point point = Reference.Points.Relu(30, 3, 1, batch) with { Samples = points, Noise = 0.3 };
        var rows = new List<(string Row, double Label)>();
        for (long step = 0; rows.Count < Epochs * points; step++)
        {
            SampleBatch samples = SampleBatch.Training(point, 8, step);
            rows.AddRange(samples.Inputs.Select(Row).Zip(samples.TrainingLabels));
        }

        SampleBatch finite = SampleBatch.Finite(point, 8);
        (string, double)[] expected = [.. finite.Inputs.Select(Row).Zip(finite.TrainingLabels).Order()];
        Assert.Equal(points, expected.Distinct().Count());
        for (int epoch = 0; epoch < Epochs; epoch++)
            Assert.Equal(expected, rows.Skip(epoch * points).Take(points).Order());
    }

    private static string Row(double[] x) => string.Concat(x.Select(sign => sign > 0 ? '+' : '-'));

    private static int[] Order(long seed, long epoch, int points)
    {
        var permutation = new EpochPermutation(seed, epoch, points);
        return [.. Enumerable.Range(0, points).Select(place => permutation[place])];
    }

    private static int Agreements(int[] a, int[] b) => a.Zip(b).Count(pair => pair.First == pair.Second);
}
