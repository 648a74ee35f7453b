using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class SummaryBuilderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_log_is_summarised_per_point()
    {
        SmallLog.Write(folder["log"]);

        PointSummary first = Summarise("log")[0];

        Assert.Equal(10, first.Point.Width);
        Assert.Equal((4, 3), (first.Seeds, first.Solved));
        Assert.Equal(0.75, first.SuccessRate);
        Assert.Equal((120.0, 255.0, 2150.0), (first.Min!.Value, first.Q1!.Value, first.Median!.Value));
        Assert.Null(first.Q3);
        Assert.Null(first.Max);
    }

    [Fact]
    public void A_point_without_runs_has_nothing_to_say()
    {
        SmallLog.Write(folder["log"], 1);

        PointSummary second = Summarise("log")[1];

        Assert.Equal((0, 0), (second.Seeds, second.Solved));
        Assert.Null(second.SuccessRate);
        Assert.Null(second.SuccessHigh);
        Assert.Null(second.Median);
    }

    [Fact]
    public void Shards_are_put_together_whether_given_one_by_one_or_joined()
    {
        WriteShard("first", 0, [new(0, 0, Outcome.Solved, 10, 1), new(0, 1, Outcome.Solved, 20, 1)]);
        WriteShard("second", 2, [new(0, 2, Outcome.Solved, 30, 1), new(0, 3, Outcome.Budget, 99, 0.5)]);
        File.WriteAllBytes(folder["joined"], [.. File.ReadAllBytes(folder["first"]), .. File.ReadAllBytes(folder["second"])]);

        PointSummary apart = Assert.Single(Summarise("first", "second"));

        Assert.Equal((4, 3, 25.0), (apart.Seeds, apart.Solved, apart.Median!.Value));
        Assert.Equal(apart, Assert.Single(Summarise("joined")));
    }

    [Fact]
    public void A_run_that_is_met_twice_is_refused()
    {
        SmallLog.Write(folder["log"]);

        string message = Assert.Throws<UserErrorException>(() => Summarise("log", "log")).Message;

        Assert.Contains("seed 7 of point 0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_log_is_summarised_up_to_the_tear()
    {
        SmallLog.Write(folder["log"], 2);
        long whole = new FileInfo(folder["log"]).Length;
        File.AppendAllBytes(folder["log"], [0x92, 0xA3, (byte)'r']);
        var builder = new SummaryBuilder();

        builder.Add(folder["log"]);

        Assert.Equal((folder["log"], whole), Assert.Single(builder.Torn));
        Assert.Equal((2, 8), (builder.Finished, builder.Planned));
    }

    private IReadOnlyList<PointSummary> Summarise(params string[] names)
    {
        var builder = new SummaryBuilder();
        foreach (string name in names)
            builder.Add(folder[name]);

        return builder.Build();
    }

    private void WriteShard(string name, long firstSeed, RunRecord[] runs)
    {
        var spec = new SweepSpec { Width = [10], FirstSeed = firstSeed, Seeds = 2, MaxSteps = 99 };
        using RunLogWriter log = RunLogWriter.Create(folder[name], spec);
        log.Start("cpu");
        log.Write(runs);
    }
}
