using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class GeometricTestTests
{
    [Fact]
    public void The_first_success_of_a_known_law()
    {
        GeometricTest test = GeometricTest.Of(Samples.Of([30, 40, 50]), 0.01)!;

        Assert.Equal((3, 30), (test.Runs, test.First));
        Assert.Equal(Math.Pow(0.99, 3 * 29), test.FirstP.P, 12);
        // (1 − p)^t first falls to 0.9 at t = 11; no run is that fast.
        Assert.Equal((11, 0), (test.EarlyStep, test.EarlyCount));
        Assert.Equal(Math.Pow(0.99, 33), test.EarlyP.P, 12);
        // The law solves 1 − 0.99^29 before any run is.
        Assert.Equal(Math.Max(1 - Math.Pow(0.99, 29), Math.Pow(0.99, 50)), test.Distance, 12);
    }

    [Fact]
    public void A_fitted_law_counts_compositions()
    {
        GeometricTest test = GeometricTest.Of(Samples.Of([2, 3, 5]))!;

        // All triples of positive integers with the sum 10, and those from 2 on.
        var triples = (from a in Enumerable.Range(1, 8) from b in Enumerable.Range(1, 8) where a + b < 10 select (a, b, 10 - a - b)).ToList();
        double from2 = triples.Count(triple => triple.a >= 2 && triple.b >= 2 && triple.Item3 >= 2);
        Assert.True(test.IsFitted);
        Assert.Equal(0.3, test.Probability, 12);
        Assert.Equal(from2 / triples.Count, test.FirstP.P, 12);
    }

    [Theory]
    [InlineData(false, long.MaxValue)]
    [InlineData(true, long.MaxValue)]
    [InlineData(false, 150)]
    [InlineData(true, 150)]
    public void Searches_without_memory_pass(bool fitted, long budget)
    {
        var random = new Random(21);
        const int Trials = 2000;
        int first = 0;
        int early = 0;
        int distance = 0;
        for (int i = 0; i < Trials; i++)
        {
            GeometricTest test = GeometricTest.Of(Samples.Geometric(random, 50, 0.01, budget: budget), fitted ? null : 0.01)!;
            first += test.FirstP.P <= 0.05 ? 1 : 0;
            early += test.EarlyP.P <= 0.05 ? 1 : 0;
            distance += test.DistanceP.P <= 0.05 ? 1 : 0;
        }

        // Discrete tests keep below their level; 0.065 is three standard deviations above it.
        Assert.InRange(first, 0.01 * Trials, 0.065 * Trials);
        Assert.InRange(early, 0.005 * Trials, 0.065 * Trials);
        Assert.InRange(distance, 0, 0.065 * Trials);
    }

    [Fact]
    public void Hidden_progress_does_not()
    {
        GeometricTest test = GeometricTest.Of(Samples.Normal(new Random(22), 1000, 3000, 300))!;

        Assert.True(test.FirstP.Log10 < -300);
        Assert.Equal(1e-300, test.FirstP.P);
        Assert.True(test.EarlyP.Log10 < -20);
        Assert.True(test.DistanceP.Log10 < -100);
    }

    [Fact]
    public void A_lucky_run_hides_from_the_first_test_only()
    {
        TimeHistogram times = Samples.Normal(new Random(23), 1000, 3000, 300);
        times.AddSolved(1);

        GeometricTest test = GeometricTest.Of(times)!;

        Assert.Equal(1, test.FirstP.P, 12);
        Assert.True(test.EarlyP.Log10 < -20);
    }

    [Fact]
    public void Censored_runs_count_their_steps_and_diverged_ones_not_at_all()
    {
        TimeHistogram times = Samples.Of([10, 30], 20, 40);
        GeometricTest without = GeometricTest.Of(times)!;
        times.AddDiverged();

        GeometricTest test = GeometricTest.Of(times)!;

        Assert.Equal(without, test);
        Assert.Equal((4, 2.0 / 100), (test.Runs, test.Probability));
        Assert.Equal(Math.Pow(0.98, 4 * 9), test.FirstP.P, 12);
    }

    [Fact]
    public void Without_solved_runs_there_is_nothing_to_test()
    {
        Assert.Null(GeometricTest.Of(new TimeHistogram()));
        Assert.Null(GeometricTest.Of(Samples.Of([], 100), 0.5));
        Assert.Null(GeometricTest.Of(Samples.Of([1, 1, 1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeometricTest.Of(Samples.Placebo, 1));
    }

    [Fact]
    public void A_million_runs_keep_their_digits()
    {
        var times = new TimeHistogram();
        for (int i = 0; i < 1_000_000; i++)
            times.AddSolved(1000 + (i % 1000));

        GeometricTest test = GeometricTest.Of(times)!;

        // C(s − N(m−1) − 1, N − 1)/C(s − 1, N − 1) with s = N·1499.5, by Stirling: N·(g(500.5) − g(1499.5)), g(a) = a ln a − (a−1) ln(a−1).
        static double G(double a) => (a * Math.Log(a)) - ((a - 1) * Math.Log(a - 1));
        double expected = 1e6 * (G(500.5) - G(1499.5)) / Math.Log(10);
        Assert.Equal(1, test.FirstP.Log10 / expected, 5);
    }
}
