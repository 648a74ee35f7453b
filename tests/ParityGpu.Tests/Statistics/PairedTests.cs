using System.Globalization;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Export;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class PairedTests : IDisposable
{
    private static readonly Point Point = (SmallLog.Spec with { Width = [10] }).Points().Single();

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Correlated log times of one law: five in a hundred tests at 5 % reject, whether runs are censored or not.</summary>
    [Theory]
    [InlineData(long.MaxValue, PairedTest.SignedRank)]
    [InlineData(1500, PairedTest.PrenticeWilcoxon)]
    public void Tests_keep_their_level(long budget, string name)
    {
        const int Sets = 1000;
        var random = new Random(7);
        int rejected = 0;
        for (int set = 0; set < Sets; set++)
        {
            PairedTest test = PairedTest.Of(Draw(random, 60, ratio: 1, budget));
            Assert.Equal(name, test.Name);
            rejected += test.P.P < 0.05 ? 1 : 0;
        }

        Assert.InRange(rejected, 30, 70);
    }

    [Fact]
    public void Pairs_tell_apart_what_independent_samples_do_not()
    {
        (PointRuns a, PointRuns b) = Runs(new Random(3), 100, ratio: 1.1, 3000);

        PointComparison paired = PointComparison.Of([new PointPair(a, b)])[0];
        PointComparison independent = PointComparison.Of([new PointPair(a, b)], independent: true)[0];

        Assert.Equal((100, PairedTest.PrenticeWilcoxon), (paired.Pairs, paired.Paired!.Name));
        Assert.True(paired.Paired.Z > 5, $"z = {paired.Paired.Z}");
        Assert.InRange(paired.Correlation!.Value, 0.7, 1);
        Assert.InRange(paired.SeedsNeeded!.Value, 1, 40);
        Assert.InRange(paired.Ratio.Interval.Low!.Value, 1, 1.1);
        Assert.InRange(paired.Ratio.Interval.High!.Value, 1.1, 1.25);
        Assert.Null(independent.Pairs);
        Assert.True(independent.LogRank!.P.P > 0.01);
        Assert.True(independent.Ratio.Interval.Low < 1 && independent.Ratio.Interval.High > 1.25);
    }

    [Fact]
    public void Samples_that_share_few_seeds_are_independent()
    {
        (PointRuns a, PointRuns b) = (new PointRuns(Point), new PointRuns(Point));
        for (long seed = 0; seed < 10; seed++)
        {
            a.Add(seed, new SeedTime(10, Outcome.Solved), keepSeed: true);
            b.Add(seed + 6, new SeedTime(10, Outcome.Solved), keepSeed: true);
        }

        Assert.Null(SeedPairs.Of(a, b));
        b.Add(0, new SeedTime(10, Outcome.Solved), keepSeed: true);
        Assert.Equal(5, SeedPairs.Of(a, b)!.Times.Count);
    }

    /// <summary>Of three seeds one is in flight beyond the solved ones on both sides, so every order is known.</summary>
    [Fact]
    public void Correlation_counts_the_orders_that_are_known()
    {
        SeedTime[] times = [new(10, Outcome.Solved), new(20, Outcome.Solved), new(30, null), new(5, null)];
        (PointRuns a, PointRuns b) = (new PointRuns(Point), new PointRuns(Point));
        foreach ((int seed, SeedTime time) in times.Index())
        {
            a.Add(seed, time, keepSeed: true);
            b.Add(seed, time, keepSeed: true);
        }

        Assert.Equal(1, RankCorrelation.Kendall(SeedPairs.Of(a, b)!));
    }

    /// <summary>Two learning rates a tenth apart from 200 seeds; R finds the same p-value and interval in the exported table.</summary>
    [RscriptFact]
    public void R_agrees_on_a_sweep_of_two_learning_rates()
    {
        string log = folder["log"];
        Assert.Equal(0, CommandLine.Run(
            "sweep", "--n", "20", "--k", "3", "--width", "100", "--batch", "64", "--lr", "0.1,0.11", "--seeds", "200", "--log", log, "--device", "cpu", "--quiet").ExitCode);
        Assert.Equal(0, CommandLine.Run("export", log, "-o", folder["runs.csv"]).ExitCode);
        var builder = new SummaryBuilder { KeepsSeeds = true };
        builder.Add(log);

        PointComparison comparison = PointComparison.Of([new PointPair(builder.Points[0], builder.Points[1])])[0];

        double[] found =
        [
            .. RScript.Run("compare_pairs.R", folder["runs.csv"]).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => double.Parse(word, CultureInfo.InvariantCulture)),
        ];
        Assert.True(comparison.P!.Value.P < 1e-6, $"p = {comparison.P}");
        Assert.Equal(Math.Log10(found[0]), comparison.P.Value.Log10, 6);
        Assert.Equal(found[1], comparison.Correlation!.Value, 1);
        Assert.Equal(found[2], comparison.Ratio.Ratio!.Value, 9);
        Assert.Equal(found[3], comparison.Ratio.Interval.Low!.Value, 2);
        Assert.Equal(found[4], comparison.Ratio.Interval.High!.Value, 2);
    }

    private static SeedPairs Draw(Random random, int seeds, double ratio, long budget)
    {
        (PointRuns a, PointRuns b) = Runs(random, seeds, ratio, budget);
        return SeedPairs.Of(a, b)!;
    }

    /// <summary>Log times of standard deviation ½ that share most of their variance.</summary>
    private static (PointRuns A, PointRuns B) Runs(Random random, int seeds, double ratio, long budget)
    {
        (PointRuns a, PointRuns b) = (new PointRuns(Point), new PointRuns(Point));
        for (int seed = 0; seed < seeds; seed++)
        {
            double shared = Normal(0.5);
            a.Add(seed, Time(1000 * Math.Exp(shared + Normal(0.1))), keepSeed: true);
            b.Add(seed, Time(1000 * ratio * Math.Exp(shared + Normal(0.1))), keepSeed: true);
        }

        return (a, b);

        double Normal(double deviation) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, deviation);

        SeedTime Time(double time) => time > budget ? new SeedTime(budget, Outcome.Budget) : new SeedTime((long)Math.Ceiling(time), Outcome.Solved);
    }
}
