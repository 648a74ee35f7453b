using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class TwoSampleTests
{
    /// <summary>D. G. Kleinbaum and M. Klein, Survival Analysis (2005), chapter 2.</summary>
    [Fact]
    public void The_log_rank_test_of_the_leukaemia_trial_is_met()
    {
        LogRankTest test = TwoSample.LogRank(Samples.Mercaptopurine, Samples.Placebo)!;

        Assert.Equal(16.79, test.ChiSquared, 2);
        Assert.Equal((9.0, 21.0), (test.ObservedA, test.ObservedB));
        Assert.Equal(19.25, test.ExpectedA, 2);
        Assert.Equal(10.75, test.ExpectedB, 2);
        Assert.Equal(4.2e-5, test.P.P, 6);
        Assert.Equal(test.ChiSquared, TwoSample.LogRank(Samples.Placebo, Samples.Mercaptopurine)!.ChiSquared, 9);
    }

    [Fact]
    public void The_log_rank_test_has_its_level()
    {
        var random = new Random(5);
        int rejected = 0;
        for (int i = 0; i < 2000; i++)
        {
            TimeHistogram a = Samples.Geometric(random, 40, 0.02, budget: 80);
            TimeHistogram b = Samples.Geometric(random, 60, 0.02, budget: 50);
            rejected += TwoSample.LogRank(a, b)!.P.P < 0.05 ? 1 : 0;
        }

        // 100 expected, standard deviation 10.
        Assert.InRange(rejected, 65, 140);
    }

    [Fact]
    public void Diverged_runs_stay_at_risk_and_make_a_sample_slower()
    {
        TimeHistogram whole = Samples.Of(Enumerable.Range(1, 100).Select(i => (long)i));
        TimeHistogram half = Samples.Of(Enumerable.Range(1, 50).Select(i => (long)(2 * i)));
        for (int i = 0; i < 50; i++)
            half.AddDiverged();

        LogRankTest test = TwoSample.LogRank(half, whole)!;

        Assert.True(test.ObservedA < test.ExpectedA);
        Assert.True(test.P.P < 1e-6);
    }

    [Fact]
    public void Samples_that_cannot_be_compared_give_nothing()
    {
        Assert.Null(TwoSample.LogRank(new TimeHistogram(), Samples.Placebo));
        Assert.Null(TwoSample.LogRank(Samples.Of([], 10), Samples.Of([], 20)));
        Assert.Null(TwoSample.KolmogorovSmirnov(new TimeHistogram(), Samples.Placebo));
        Assert.Null(TwoSample.KolmogorovSmirnov(Samples.Of([50], 10), Samples.Of([60])));
        Assert.Equal(new MedianRatio(null, Interval.Unknown), MedianRatio.Of(new TimeHistogram(), Samples.Placebo));
    }

    [Fact]
    public void The_distance_is_that_of_the_solved_fractions()
    {
        KolmogorovSmirnovTest test = TwoSample.KolmogorovSmirnov(Samples.Of([1, 2, 2, 5, 9]), Samples.Of([2, 5, 6, 7]))!;

        // At 2: 3/5 against 1/4.
        Assert.Equal(0.35, test.Distance, 12);
        Assert.Equal(2, test.Step);
        Assert.Equal(PValue.Kolmogorov(0.35 * Math.Sqrt(20.0 / 9)).Log10, test.P.Log10, 12);
    }

    [Fact]
    public void The_distance_ends_with_what_was_observed()
    {
        // Beyond step 4 it is unknown how many of the first sample are solved; up to it 2 of 5 against 0 of 2 are.
        KolmogorovSmirnovTest test = TwoSample.KolmogorovSmirnov(Samples.Of([1, 4], 4, 4, 4), Samples.Of([5, 6]))!;

        Assert.Equal((0.4, 4), (test.Distance, test.Step));
    }

    [Fact]
    public void A_ratio_of_medians_has_an_interval_that_covers_it()
    {
        var random = new Random(8);
        int covered = 0;
        for (int i = 0; i < 150; i++)
        {
            MedianRatio ratio = MedianRatio.Of(Samples.Normal(random, 60, 4000, 800), Samples.Normal(random, 40, 2000, 500));
            Assert.True(ratio.Interval.Low < ratio.Ratio && ratio.Ratio < ratio.Interval.High);
            covered += ratio.Interval.Low <= 2 && ratio.Interval.High >= 2 ? 1 : 0;
        }

        // 142 expected, standard deviation 2.7.
        Assert.InRange(covered, 133, 149);
    }

    /// <summary>A median beyond a budget of 100 bounds the ratio to one of 10 to 17; one beyond all steps is infinitely far.</summary>
    [Fact]
    public void Infinite_medians_leave_the_bound_that_is_known()
    {
        TimeHistogram fast = Samples.Of([10, 11, 12, 13, 14, 15, 16, 17]);
        TimeHistogram censored = Samples.Of([10], 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
        TimeHistogram diverged = Samples.Of([10]);
        for (int i = 0; i < 12; i++)
            diverged.AddDiverged();

        MedianRatio slow = MedianRatio.Of(censored, fast);
        MedianRatio quick = MedianRatio.Of(fast, censored);

        Assert.Null(slow.Ratio);
        Assert.Null(slow.Interval.High);
        Assert.InRange(slow.Interval.Low!.Value, 100 / 17.0, 100 / 13.5);
        Assert.Null(quick.Ratio);
        Assert.Equal(0, quick.Interval.Low);
        Assert.InRange(quick.Interval.High!.Value, 0.135, 0.17);
        Assert.Equal(new MedianRatio(0, new Interval(0, 0)), MedianRatio.Of(fast, diverged));
        Assert.Equal(new MedianRatio(null, new Interval(0, null)), MedianRatio.Of(censored, censored));
    }
}
