using ParityGpu.Kernels;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Cluster;

public sealed class ShardTests
{
    public static TheoryData<SweepSpec, int> Splits()
    {
        var small = new SweepSpec { N = [10], K = [2] };
        var data = new TheoryData<SweepSpec, int>();
        foreach (int count in (int[])[1, 2, 3, 7, 8, 16, 60, 61, 100])
        {
            data.Add(small with { Width = [10, 20, 30], Seeds = 20, FirstSeed = 5 }, count);
            data.Add(small with { N = [30, 10, 20], Width = [30, 10], Batch = [1, 64], Lr = [0.1, 0.2, 0.3, 0.4, 0.5], Seeds = 1 }, count);
            data.Add(small with { Width = [10], Seeds = 1 }, count);
            data.Add(small with { Model = [Model.Mlp, Model.Polynet], Width = [10, 20], Seeds = 3 }, count);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Shards_are_disjoint_cover_the_sweep_and_are_equal(SweepSpec spec, int count)
    {
        Point[] points = [.. spec.Points()];
        var seen = new HashSet<(int, long)>();
        var counts = new List<long>();
        var costs = new List<double>();
        for (int index = 0; index < count; index++)
        {
            var runs = new ShardRuns(spec, new Shard(index, count));
            (int Point, long Seed)[] own =
            [
                .. from point in Enumerable.Range(0, points.Length)
                   from seed in Enumerable.Range(0, (int)spec.Seeds)
                   where runs.Contains(point, spec.FirstSeed + seed)
                   select (point, spec.FirstSeed + seed),
            ];
            Assert.All(own, run => Assert.True(seen.Add(run)));
            Assert.Equal(own.Length, runs.Count);
            Assert.Equal(own.Length, new Shard(index, count).CountOf(spec.Runs));
            for (int point = 0; point < points.Length; point++)
                Assert.Equal(own.Count(run => run.Point == point), runs.CountOf(point));

            counts.Add(own.Length);
            costs.Add(own.Sum(run => Cost(points[run.Point])));
        }

        Assert.Equal(spec.Runs, seen.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        Assert.InRange(costs.Max() - costs.Min(), 0, points.Max(Cost));
    }

    /// <summary>Every shard of a sweep over learning rates of one seed has small ones and large ones.</summary>
    [Fact]
    public void Few_seeds_do_not_leave_a_shard_with_one_learning_rate()
    {
        var spec = new SweepSpec { K = [1, 2, 3, 4, 5, 6, 7, 8], Width = [10], Lr = [1, 2, 3, 4, 5, 6, 7, 8], Seeds = 1 };
        Point[] points = [.. spec.Points()];
        for (int index = 0; index < 8; index++)
        {
            var runs = new ShardRuns(spec, new Shard(index, 8));
            Point[] own = [.. points.Where((_, point) => runs.Contains(point, 0))];
            Assert.Equal(8, own.Length);
            Assert.Equal(8, own.Select(point => point.LearningRate).Distinct().Count());
            Assert.Equal(8, own.Select(point => point.K).Distinct().Count());
        }
    }

    /// <summary>The partition is part of the log's format: a change would mix shards of two versions of the program.</summary>
    [Fact]
    public void The_partition_is_the_documented_one()
    {
        var spec = new SweepSpec { N = [10], K = [2], Width = [10, 20], Seeds = 4, FirstSeed = 100 };

        string[] shards =
        [
            .. Enumerable.Range(0, 3).Select(index => new ShardRuns(spec, new Shard(index, 3))).Select(runs => string.Join(
                ' ',
                from point in new[] { 0, 1 }
                from seed in new[] { 100, 101, 102, 103 }
                where runs.Contains(point, seed)
                select $"{point}:{seed}")),
        ];

        // Numbers 0 to 7 are 1:100 to 1:103, 0:100 to 0:103; deals begin with shards 0, 1 and 2.
        Assert.Equal(["0:101 0:103 1:100", "1:101 1:103", "0:100 0:102 1:102"], shards);
    }

    [Theory]
    [InlineData("0/1", 0, 1)]
    [InlineData("3/8", 3, 8)]
    [InlineData("007/8", 7, 8)]
    public void Shards_are_read(string text, int index, int count)
    {
        Assert.Equal(new Shard(index, count), Shard.TryParse(text));
        Assert.Equal($"{index}/{count}", new Shard(index, count).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1/1")]
    [InlineData("8/8")]
    [InlineData("/8")]
    [InlineData("3/")]
    [InlineData("3/8/9")]
    [InlineData(" 3/8")]
    [InlineData("3/8\n")]
    [InlineData("-0/8")]
    [InlineData("٣/8")]
    [InlineData("0/4000001")]
    public void What_is_no_shard_is_not_read(string text) => Assert.Null(Shard.TryParse(text));

    private static double Cost(Point point) => (double)point.N * point.Width * point.Batch;
}
