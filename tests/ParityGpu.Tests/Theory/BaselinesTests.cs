using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Theory;

public sealed class BaselinesTests
{
    /// <summary>Column random_search of the paper's figure 14 (n = 30, k = 3), read off the vector figure to about 0.001.</summary>
    [Theory]
    [InlineData(1, 4060.999)]
    [InlineData(2, 2031.0)]
    [InlineData(3, 1354.334)]
    [InlineData(10, 407.0)]
    [InlineData(30, 136.333)]
    [InlineData(100, 41.6)]
    [InlineData(300, 14.533)]
    [InlineData(1000, 5.06)]
    [InlineData(10_000, 1.406)]
    [InlineData(3_000_000, 1.001)]
    public void Random_search_is_that_of_figure_14(long copies, double steps) =>
        Assert.Equal(steps, Baselines.PaperRandomSearch(30, 3, copies), 0.0015);

    [Fact]
    public void Mean_and_quantiles_are_those_of_the_geometric_law()
    {
        // C(5, 2) = 10: a step of two copies ends the search with probability 1 − 0.9².
        const double Success = 0.19;
        double reached = 0;
        double mean = 0;
        var quantiles = new Dictionary<double, int>();
        for (int step = 1; step < 1000; step++)
        {
            double here = Math.Pow(1 - Success, step - 1) * Success;
            mean += step * here;
            reached += here;
            foreach (double probability in new[] { 0.05, 0.25, 0.5, 0.75, 0.95 }.Where(p => p <= reached))
                quantiles.TryAdd(probability, step);
        }

        Assert.Equal(mean, Baselines.RandomSearchMean(5, 2, 2), 1e-9);
        Assert.All(quantiles, q => Assert.Equal(q.Value, Baselines.RandomSearchQuantile(5, 2, 2, q.Key)));
    }

    [Fact]
    public void A_single_subset_needs_no_search()
    {
        Assert.Equal(1, Baselines.RandomSearchMean(4, 4, 1));
        Assert.Equal(1, Baselines.RandomSearchQuantile(4, 4, 3, 0.5));
        Assert.Equal(0, Baselines.InformationBound(4, 4));
    }

    [Fact]
    public void Bounds_have_their_formulas()
    {
        Assert.Equal(4059 * 0.01, Baselines.StatisticalQueries(30, 3, 0.1), 1e-9);
        Assert.Equal(12, Baselines.InformationBound(30, 3));
        Assert.Equal(4060 * 0.25, Baselines.FixedFeatures(30, 3, 0.5), 1e-9);
    }
}
