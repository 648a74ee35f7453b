using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class KaplanMeierTests
{
    /// <summary>
    /// D. G. Kleinbaum and M. Klein, Survival Analysis (2005), chapter 2: estimates and Greenwood's standard errors of the patients on
    /// 6-MP, and Stata's log-log limits.
    /// </summary>
    [Theory]
    [InlineData(6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516)]
    [InlineData(7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228)]
    [InlineData(10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894)]
    [InlineData(13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491)]
    [InlineData(16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049)]
    [InlineData(22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468)]
    [InlineData(23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801)]
    public void Published_estimates_are_met(
        long week, long atRisk, long relapses, double survival, double error, double low, double high)
    {
        KaplanMeierStep step = KaplanMeier.Of(Samples.Mercaptopurine).Steps.Single(step => step.Step == week);

        Assert.Equal(((double)atRisk, relapses), (step.AtRisk, step.Solved));
        Assert.Equal(survival, 1 - step.SolvedFraction, 4);
        Assert.Equal(error, step.StandardError, 4);
        Assert.Equal(low, 1 - step.Band.High!.Value, 4);
        Assert.Equal(high, 1 - step.Band.Low!.Value, 4);
    }

    [Fact]
    public void The_estimate_is_a_staircase()
    {
        KaplanMeier estimate = KaplanMeier.Of(Samples.Mercaptopurine);

        Assert.Equal(7, estimate.Steps.Count);
        Assert.Equal(0, estimate.SolvedAt(5));
        Assert.Equal(3.0 / 21, estimate.SolvedAt(6), 12);
        Assert.Equal(estimate.SolvedAt(16), estimate.SolvedAt(21));
        Assert.Equal(estimate.Steps[^1].SolvedFraction, estimate.SolvedAt(1000));
    }

    [Fact]
    public void Without_censoring_it_is_the_fraction_of_all_runs_and_diverged_runs_stay_at_risk()
    {
        TimeHistogram times = Samples.Of([10, 10, 20, 30]);
        times.AddDiverged();

        KaplanMeier estimate = KaplanMeier.Of(times);

        Assert.Equal([0.4, 0.6, 0.8], estimate.Steps.Select(step => Math.Round(step.SolvedFraction, 12)));
        // Greenwood's formula without censoring is the binomial √(p(1 − p)/n).
        Assert.Equal(Math.Sqrt(0.6 * 0.4 / 5), estimate.Steps[1].StandardError, 12);
    }

    [Fact]
    public void Ends_have_no_band_and_no_runs_no_steps()
    {
        KaplanMeierStep last = KaplanMeier.Of(Samples.Of([1, 2])).Steps[^1];

        Assert.Equal((1.0, 0.0, Interval.Unknown), (last.SolvedFraction, last.StandardError, last.Band));
        Assert.Empty(KaplanMeier.Of(new TimeHistogram()).Steps);
        Assert.Empty(KaplanMeier.Of(Samples.Of([], 10)).Steps);
    }
}
