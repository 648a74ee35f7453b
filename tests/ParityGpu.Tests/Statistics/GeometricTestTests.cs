using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class GeometricTestTests
{
    [Fact]
    public void Early_successes_are_counted_up_to_a_tenth_of_the_law()
    {
        // p = 3/300: (1 − p)^t first falls to 0.9 at t = 11; no run is that fast.
        GeometricTest test = GeometricTest.Of(Samples.Of([90, 100, 110]))!;

        Assert.Equal((11, 0), (test.Step, test.Count));
        Assert.Equal(Math.Pow(0.99, 33), test.EarlyP.P, 12);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(150)]
    public void Searches_without_memory_pass(long budget)
    {
        var random = new Random(21);
        const int Trials = 2000;
        int early = 0;
        for (int i = 0; i < Trials; i++)
        {
            GeometricTest test = GeometricTest.Of(Samples.Geometric(random, 50, 0.01, budget: budget))!;
            early += test.EarlyP.P <= 0.05 ? 1 : 0;
        }

        // A discrete test keeps below its level; 0.065 is three standard deviations above it.
        Assert.InRange(early, 0.005 * Trials, 0.065 * Trials);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Hidden_progress_does_not_even_with_a_lucky_run(int lucky)
    {
        TimeHistogram times = Samples.Normal(new Random(22), 1000, 3000, 300);
        if (lucky > 0)
            times.AddSolved(1, lucky);

        Assert.True(GeometricTest.Of(times)!.EarlyP.Log10 < -20);
    }

    [Fact]
    public void Censored_runs_count_their_steps_and_diverged_ones_not_at_all()
    {
        // p = 2/100: (1 − p)^t first falls to 0.9 at t = 6.
        TimeHistogram times = Samples.Of([10, 30], 20, 40);
        GeometricTest without = GeometricTest.Of(times)!;
        times.AddDiverged();

        GeometricTest test = GeometricTest.Of(times)!;

        Assert.Equal(without, test);
        Assert.Equal(6, test.Step);
        Assert.Equal(Math.Pow(0.98, 4 * 6), test.EarlyP.P, 12);
    }

    [Fact]
    public void Without_solved_runs_there_is_nothing_to_test()
    {
        Assert.Null(GeometricTest.Of(new TimeHistogram()));
        Assert.Null(GeometricTest.Of(Samples.Of([], 100)));
        Assert.Null(GeometricTest.Of(Samples.Of([1, 1, 1])));
    }
}
