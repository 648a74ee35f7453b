using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cluster;

public sealed class ShardLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_log_knows_its_shard_and_resumes_no_other()
    {
        var shard = new Shard(1, 3);
        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec, shard))
            log.Start("cpu");

        byte[] before = File.ReadAllBytes(folder["log"]);
        using (RunLogReader reader = RunLogReader.Open(folder["log"]))
        {
            Assert.True(reader.Read());
            Assert.Equal(shard, reader.Header.Shard);
            Assert.Equal(2, reader.Planned.Count);
        }

        RunLogWriter.Resume(folder["log"], SmallLog.Spec, shard).Dispose();
        Refuse(new Shard(0, 3), "--shard 0/3", "shard 1/3");
        Refuse(new Shard(1, 4), "--shard 1/4", "shard 1/3");
        Refuse(Shard.Whole, "--resume", "must be used with --shard 1/3");
        SmallLog.Write(folder["whole"]);
        string message = Assert.Throws<UserErrorException>(() => RunLogWriter.Resume(folder["whole"], SmallLog.Spec, shard).Dispose()).Message;
        Assert.Contains("--shard 1/3", message, StringComparison.Ordinal);
        Assert.Contains("the whole sweep", message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder["log"]));

        void Refuse(Shard other, params string[] names)
        {
            string message = Assert.Throws<UserErrorException>(() => RunLogWriter.Resume(folder["log"], SmallLog.Spec, other).Dispose()).Message;
            Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_run_of_another_shard_is_damage()
    {
        var shard = new Shard(0, 2);
        var own = new ShardRuns(SmallLog.Spec, shard);
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], SmallLog.Spec, shard))
        {
            log.Start("cpu");
            log.Write([.. SmallLog.Runs.Where(run => !own.Contains(run.Point, run.Seed)).Take(1)]);
        }

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        string message = Assert.Throws<UserErrorException>(() => SmallLog.ReadRuns(reader)).Message;
        Assert.Contains("not of this shard", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    public void A_header_of_an_impossible_shard_is_damage(int index, int count)
    {
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], SmallLog.Spec, new Shard(1, 2)))
            log.Start("cpu");

        byte[] bytes = File.ReadAllBytes(folder["log"]);
        bytes[bytes.AsSpan().IndexOf((byte[])[0xA5, .. "shard"u8]) + 6] = (byte)index;
        bytes[bytes.AsSpan().IndexOf((byte[])[0xA6, .. "shards"u8]) + 7] = (byte)count;
        File.WriteAllBytes(folder["log"], SmallLog.Sealed(bytes));

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        Assert.Throws<UserErrorException>(() => reader.Read());
    }

    [Fact]
    public void Summaries_and_progress_count_the_runs_of_the_shard()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--n", "8", "--k", "2", "--width", "10,20", "--seeds", "25", "--shard", "2/4", "--log", folder["log"], "--resume"];

        CommandResult first = CommandLine.Run(sweep);
        Assert.Contains("2 points x 25 seeds, shard 2/4 on cpu", first.Error, StringComparison.Ordinal);
        Assert.Contains("\n12/12 runs, 12 solved", first.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal("", CommandLine.Run("summary", folder["log"]).Error);

        CommandResult second = CommandLine.Run(sweep);
        Assert.Contains("shard 2/4, 12 already done, on cpu", second.Error, StringComparison.Ordinal);
        Assert.Contains("\n12/12 runs, 12 solved", second.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    /// <summary>Curves are larger than what is kept in memory, and runs have many files to be sorted in.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Merging_sorts_runs_that_do_not_fit_into_memory(int memory)
    {
        var spec = SmallLog.Spec with { Width = [10], Seeds = 300, Curve = CurveSteps.TryParse("100")! };
        var random = new Random(1);
        long[] seeds = [.. Enumerable.Range(0, 300).Select(seed => spec.FirstSeed + seed)];
        random.Shuffle(seeds);
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        {
            log.Start("cpu");
            log.Write([.. seeds.Select(Run)]);
        }

        using (var merger = new LogMerger(folder["out"], memory))
        {
            merger.Add(folder["log"]);
            Assert.Null(merger.Missing());
            using FileStream file = File.Create(folder["out"]);
            merger.Write(file);
        }

        using RunLogReader reader = RunLogReader.Open(folder["out"]);
        foreach (long seed in seeds.Order())
        {
            do
                Assert.True(reader.Read());
            while (reader.Kind != LogMessageKind.Run);

            Assert.Equal(Run(seed).Record, reader.Run);
            Assert.Equal(Run(seed).Curve!.Points.AsEnumerable(), reader.Curve!.Points.AsEnumerable());
        }

        Assert.False(reader.Read());
        Assert.False(reader.IsTorn);

        static FinishedRun Run(long seed)
        {
            var points = Enumerable.Range(0, 1 + (int)(seed % 40)).Select(i => new CurvePoint(100 * i, seed, 1, 0.5, i, i, i, float.NaN));
            return new FinishedRun(new RunRecord(0, seed, Outcome.Solved, 100 * (seed % 40), 1), new RunCurve([.. points], false));
        }
    }
}
