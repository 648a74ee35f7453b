using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Statistics;

/// <summary>What a stopped sweep says agrees with what the complete one does.</summary>
public sealed class StoppedSweepTests
{
    private const int Seeds = 1000;

    private static readonly Point Point = (SmallLog.Spec with { Width = [10], MaxSteps = 10_000 }).Points().Single();

    /// <summary>Fast runs end first: at a tenth of the runs the median of those that have ended is half the real one.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(200)]
    public void Estimates_of_a_stopped_sweep_agree_with_those_of_the_complete_one(int slots)
    {
        var random = new Random(slots);
        (int cases, int medians, int rates, int rejected, int rejectedPairs) = (0, 0, 0, 0, 0);
        for (int repeat = 0; repeat < TestScale.Cases(50); repeat++)
        {
            SeedTime[] runs = SlotSweep.Draw(random, Seeds);
            var sweep = new SlotSweep(runs, slots);
            PointRuns complete = sweep.Stopped(Point, Seeds);
            double median = complete.Times.Quantile(0.5)!.Value;
            for (int tenth = 1; tenth < 10; tenth++)
            {
                PointRuns stopped = sweep.Stopped(Point, tenth * Seeds / 10);
                PointSummary summary = PointSummary.Of(stopped);
                cases++;
                medians += summary.MedianInterval.Low <= median && !(summary.MedianInterval.High < median) ? 1 : 0;
                double rate = complete.Times.SolvedFraction!.Value;
                rates += summary.SuccessLow <= rate && rate <= summary.SuccessHigh ? 1 : 0;
                rejected += TwoSample.LogRank(stopped.Times, complete.Times)!.P.P < 0.05 ? 1 : 0;
                rejectedPairs += PairedTest.Of(SeedPairs.Of(stopped, complete)!).P.P < 0.05 ? 1 : 0;
            }
        }

        Assert.True(medians >= 0.9 * cases, $"{medians} of {cases} intervals hold the median");
        Assert.True(rates >= 0.9 * cases, $"{rates} of {cases} intervals hold the success rate");
        Assert.True(rejected <= 0.1 * cases, $"{rejected} of {cases} log-rank tests reject");
        Assert.True(rejectedPairs <= 0.1 * cases, $"{rejectedPairs} of {cases} paired tests reject");
    }

    [Fact]
    public void Runs_that_have_ended_alone_would_be_wrong()
    {
        var sweep = new SlotSweep(SlotSweep.Draw(new Random(1), Seeds), 200);
        PointRuns complete = sweep.Stopped(Point, Seeds);
        PointRuns stopped = sweep.Stopped(Point, Seeds / 10);
        var ended = new TimeHistogram();
        foreach (SeedTime run in stopped.Seeds.Values.Where(run => run.Outcome is not null))
            ended.Add(run);

        Assert.InRange(ended.Quantile(0.5)!.Value, 0, 0.7 * complete.Times.Quantile(0.5)!.Value);
        Assert.True(TwoSample.LogRank(ended, complete.Times)!.P.P < 1e-6);
    }

    /// <summary>Two of four runs are known to 10 only, so the other two have their weight from there on: a half each of what is left.</summary>
    [Fact]
    public void Weight_of_a_run_in_flight_goes_to_those_that_are_observed_longer()
    {
        TimeHistogram times = Samples.Of([5, 20, 30]);
        times.AddInFlight(10);

        Assert.Equal((4, 3, 1, 1), (times.Runs, times.Finished, times.InFlight, times.Censored));
        Assert.Equal([0.25, 0.625, 1], KaplanMeier.Of(times).Steps.Select(step => step.SolvedFraction));
        Assert.Equal(20, times.StepAbove(1));
        Assert.Equal(30, times.StepAbove(2.5));
        Assert.Null(times.StepAbove(4));
        Assert.Equal(1, times.SolvedFraction);
    }

    /// <summary>A diverged run leaves as often as others are censored: of 5 solved, 5 diverged and 10 in flight early, a half is solved.</summary>
    [Fact]
    public void Divergence_is_not_overrated_by_early_censoring()
    {
        var times = new TimeHistogram();
        times.AddDiverged(10, 5);
        times.AddInFlight(20, 10);
        times.AddSolved(30, 5);

        // 5 of 20 diverge; the other 15 are 5 from step 20 on, all solved.
        Assert.Equal(0.75, times.SolvedFraction!.Value, 12);
        Assert.Equal(0.75, KaplanMeier.Of(times).SolvedAt(30), 12);
    }

    [Fact]
    public void What_was_not_observed_widens_the_success_rate()
    {
        var times = new TimeHistogram();
        times.AddSolved(10, 30);
        times.AddInFlight(20, 70);

        SuccessRate rate = SuccessRate.Of(times)!.Value;

        Assert.Equal(0.3, rate.Rate, 12);
        Assert.InRange(rate.Low, 0.2, 0.25);
        Assert.Equal(1, rate.High);
    }
}
