using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class BootstrapTests
{
    [Theory]
    [InlineData(25, 0.5, 0.95)]
    [InlineData(100, 0.5, 0.95)]
    [InlineData(100, 0.25, 0.9)]
    public void Intervals_cover_as_often_as_they_say(int runs, double fraction, double confidence)
    {
        var random = new Random(11);
        double truth = Math.Log(1 - fraction) / Math.Log(1 - 0.001);
        const int Trials = 2000;
        int covered = 0;
        for (int i = 0; i < Trials; i++)
        {
            Interval interval = Bootstrap.Quantile(Samples.Geometric(random, runs, 0.001), fraction, confidence);
            covered += interval.Low <= truth && interval.High >= truth ? 1 : 0;
        }

        Assert.InRange(covered / (double)Trials, confidence - 0.025, confidence + 0.025);
    }

    /// <summary>Positions drawn from their law do what resamples of the runs themselves do.</summary>
    [Theory]
    [InlineData(12, 0.5)]
    [InlineData(15, 0.5)]
    [InlineData(15, 0.25)]
    [InlineData(12, 1)]
    public void Drawing_positions_is_drawing_resamples(int runs, double fraction)
    {
        var random = new Random(12);
        long[] times = [.. Enumerable.Range(0, runs).Select(i => (long)(i + 1) * 1000)];
        var values = new double[50_000];
        for (int i = 0; i < values.Length; i++)
            values[i] = Samples.Of(Enumerable.Range(0, runs).Select(_ => times[random.Next(runs)])).Quantile(fraction)!.Value;

        Array.Sort(values);
        TimeHistogram histogram = Samples.Of(times);
        foreach (double confidence in (double[])[0.5, 0.8, 0.95])
        {
            Interval interval = Bootstrap.Quantile(histogram, fraction, confidence);

            // The end of an interval is where the resamples' distribution passes the tail, up to the noise of both.
            double tail = (1 - confidence) / 2;
            AssertPasses(values, interval.Low!.Value, tail);
            AssertPasses(values, interval.High!.Value, 1 - tail);
        }
    }

    [Fact]
    public void Ends_among_unsolved_runs_are_infinite()
    {
        TimeHistogram times = Samples.Of([10, 20, 30, 40, 50, 60], 100, 100, 100, 100);

        Interval interval = Bootstrap.Quantile(times, 0.5);

        Assert.InRange(interval.Low!.Value, 10, 50);
        Assert.Null(interval.High);
        Assert.Equal(Interval.Unknown, Bootstrap.Quantile(Samples.Of([], 100, 100), 0.5));
        Assert.Equal(Interval.Unknown, Bootstrap.Quantile(new TimeHistogram(), 0.5));
        Assert.Equal(new Interval(7, 7), Bootstrap.Quantile(Samples.Of([7]), 0.5));
    }

    [Fact]
    public void Equal_data_give_equal_intervals_whatever_came_before()
    {
        Interval Once() => Bootstrap.Quantile(Samples.Geometric(new Random(3), 77, 0.01), 0.5);
        Interval first = Once();

        for (int runs = 1; runs <= 200; runs++)
            Bootstrap.Quantile(Samples.Geometric(new Random(4), runs, 0.01), 0.5);

        Assert.Equal(first, Once());
    }

    [Fact]
    public void A_million_runs_have_a_narrow_interval()
    {
        var times = new TimeHistogram();
        for (int step = 1; step <= 1_000_000; step++)
            times.AddSolved(step);

        Interval interval = Bootstrap.Quantile(times, 0.5);

        // Standard deviation of the median of 10⁶ uniform times: 500.
        Assert.InRange(interval.Low!.Value, 500_000 - 1100, 500_000 - 860);
        Assert.InRange(interval.High!.Value, 500_000 + 860, 500_000 + 1100);
    }

    private static void AssertPasses(double[] sorted, double value, double probability)
    {
        double below = sorted.Count(other => other < value - 0.5) / (double)sorted.Length;
        double upTo = sorted.Count(other => other <= value + 0.5) / (double)sorted.Length;
        Assert.True(below <= probability + 0.015, $"{below} below {value}");
        Assert.True(upTo >= probability - 0.015, $"{upTo} up to {value}");
    }
}
