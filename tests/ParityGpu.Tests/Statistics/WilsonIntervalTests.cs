using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class WilsonIntervalTests
{
    /// <summary>R. G. Newcombe, Statistics in Medicine 17, 857–872 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Published_intervals_are_met(long successes, long trials, double low, double high)
    {
        WilsonInterval interval = WilsonInterval.Of(successes, trials);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(1_000_000_000_000)]
    public void Failure_mirrors_success_and_the_ends_are_exact(long trials)
    {
        WilsonInterval none = WilsonInterval.Of(0, trials);
        WilsonInterval all = WilsonInterval.Of(trials, trials);

        Assert.Equal(0, none.Low);
        Assert.Equal(1, all.High);
        Assert.Equal(none.High, 1 - all.Low, 12);
        Assert.InRange(none.High, 0, 1);
    }
}
