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
            histogram.AddUnsolved();

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
}
