using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class TimeHistogramTests
{
    [Theory]
    [InlineData(new long[] { 4, 1, 3, 2 }, 0, 0.25, 1.75)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 0, 0.5, 2.5)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 0, 0.75, 3.25)]
    [InlineData(new long[] { 5, 5, 5 }, 0, 0.5, 5.0)]
    [InlineData(new long[] { 9 }, 0, 0.75, 9.0)]
    [InlineData(new long[] { 10, 20, 30 }, 1, 0.5, 25.0)]
    [InlineData(new long[] { 10, 20, 30 }, 2, 0.5, 30.0)]
    [InlineData(new long[] { 10, 20, 30 }, 3, 0.5, null)]
    [InlineData(new long[] { 10, 20, 30 }, 2, 0.0, 10.0)]
    [InlineData(new long[] { 10, 20, 30 }, 1, 1.0, null)]
    [InlineData(new long[] { }, 3, 0.0, null)]
    [InlineData(new long[] { }, 0, 0.5, null)]
    public void Quantiles_interpolate_and_never_is_infinite(long[] times, int unsolved, double fraction, double? expected)
    {
        var histogram = new TimeHistogram();
        foreach (long time in times)
            histogram.AddSolved(time);

        for (int i = 0; i < unsolved; i++)
            histogram.AddDiverged();

        Assert.Equal(expected, histogram.Quantile(fraction));
    }

    [Fact]
    public void A_histogram_agrees_with_a_sorted_list()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 100; trial++)
        {
            var histogram = new TimeHistogram();
            double[] times = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (double)random.Next(1, 40))];
            foreach (double time in times)
                histogram.AddSolved((long)time);

            Array.Sort(times);
            foreach (double fraction in (double[])[0, 0.25, 0.5, 0.75, 1])
            {
                double position = (times.Length - 1) * fraction;
                int below = (int)position;
                int above = Math.Min(below + 1, times.Length - 1);
                double expected = times[below] + ((position - below) * (times[above] - times[below]));
                Assert.Equal(expected, histogram.Quantile(fraction)!.Value, 9);
            }
        }
    }

    [Fact]
    public void Unsolved_runs_are_censored_or_never_solved()
    {
        var histogram = new TimeHistogram();
        histogram.AddSolved(30, 2);
        histogram.AddSolved(10);
        histogram.AddUnsolved(500, 3);
        histogram.AddUnsolved(100);
        histogram.AddDiverged();

        Assert.Equal((8, 3, 4, 1), (histogram.Runs, histogram.Solved, histogram.Censored, histogram.Never));
        Assert.Equal([(10, 1), (30, 2)], histogram.Times);
        Assert.Equal([(100, 1), (500, 3)], histogram.Censorings);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.AddSolved(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.AddUnsolved(1, 0));
    }

    [Fact]
    public void The_mean_is_of_the_solved_runs_and_steps_are_of_all()
    {
        var histogram = new TimeHistogram();
        Assert.Null(histogram.Mean);
        histogram.AddSolved(2);
        histogram.AddSolved(4, 2);
        histogram.AddSolved(16);
        histogram.AddUnsolved(100);

        Assert.Equal(6.5, histogram.Mean!.Value, 12);
        Assert.Equal(126, histogram.Steps);
    }

    [Fact]
    public void What_is_added_after_a_question_counts_in_the_next()
    {
        var histogram = new TimeHistogram();
        histogram.AddSolved(10);
        Assert.Equal((10.0, 10.0), (histogram.Quantile(0.5), histogram.Mean));
        histogram.AddUnsolved(50);
        Assert.Single(histogram.Censorings);

        histogram.AddSolved(5, 3);
        histogram.AddUnsolved(20);

        Assert.Equal((5.0, 6.25), (histogram.Quantile(0.25), histogram.Mean));
        Assert.Equal([(20, 1), (50, 1)], histogram.Censorings);
    }
}
