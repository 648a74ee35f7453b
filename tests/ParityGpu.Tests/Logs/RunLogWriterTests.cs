using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

public sealed class RunLogWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Resuming_finds_what_is_done_and_appends()
    {
        SmallLog.Write(folder["log"], 3);

        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec))
        {
            log.Start("cpu (other)");
            Assert.Equal(3, log.Done.Count);
            Assert.Equal(0, log.TornBytes);
            Assert.All(SmallLog.Runs[..3], run => Assert.True(log.Done.Contains(run.Point, run.Seed)));
            Assert.All(SmallLog.Runs[3..], run => Assert.False(log.Done.Contains(run.Point, run.Seed)));
            log.Write(SmallLog.Runs.AsSpan(3));
        }

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
    }

    [Fact]
    public void A_log_cut_anywhere_behind_its_header_is_completed_by_resuming()
    {
        SmallLog.Write(folder["whole"], 2);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        long header;
        using (RunLogReader reader = RunLogReader.Open(folder["whole"]))
        {
            reader.Read();
            header = reader.Offset;
        }

        for (long length = header; length <= whole.Length; length++)
        {
            File.WriteAllBytes(folder["log"], whole[..(int)length]);
            using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec))
            {
                log.Start("cpu (test)");
                log.Write(SmallLog.Runs.Where(run => !log.Done.Contains(run.Point, run.Seed)).ToArray());
            }

            using RunLogReader reader = RunLogReader.Open(folder["log"]);
            Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
            Assert.False(reader.IsTorn);
            Assert.Equal(2, reader.PointsRead);
        }
    }

    /// <summary>No file, an empty one, a header that is cut and perhaps filled up with zeros, zeros only.</summary>
    [Theory]
    [InlineData(null, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(40, 0)]
    [InlineData(600, 0)]
    [InlineData(600, 5000)]
    [InlineData(0, 4096)]
    public void Resuming_what_a_crash_leaves_before_the_first_run_starts_a_log(int? header, int zeros)
    {
        SmallLog.Write(folder["whole"]);
        if (header is { } length)
            File.WriteAllBytes(folder["log"], [.. File.ReadAllBytes(folder["whole"])[..length], .. new byte[zeros]]);

        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec))
        {
            log.Start("cpu (test)");
            log.Write(SmallLog.Runs);
        }

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
    }

    [Fact]
    public void Another_sweep_is_refused_by_the_setting_that_differs()
    {
        SmallLog.Write(folder["log"], 3);
        byte[] before = File.ReadAllBytes(folder["log"]);
        (SweepSpec Spec, string Option, string Value)[] others =
        [
            (SmallLog.Spec with { Seeds = 3 }, "--seeds", "3"),
            (SmallLog.Spec with { FirstSeed = 8, Seeds = 5 }, "--first-seed", "8"),
            (SmallLog.Spec with { Lr = [0.25] }, "--lr", "0.25"),
            (SmallLog.Spec with { Width = [10] }, "--width", "10,100"),
            (SmallLog.Spec with { Init = [Init.Torch] }, "--init", "torch"),
            (SmallLog.Spec with { Subset = SubsetChoice.Random }, "--subset", "random"),
            (SmallLog.Spec with { MaxSteps = 6000 }, "--max-steps", "6000"),
        ];
        foreach ((SweepSpec spec, string option, string value) in others)
        {
            string message = Assert.Throws<UserErrorException>(
                () => RunLogWriter.Resume(folder["log"], spec).Dispose()).Message;
            Assert.Contains(option, message, StringComparison.Ordinal);
            Assert.Contains(value, message, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(folder["log"]));
    }

    [Fact]
    public void Foreign_and_joined_files_and_damaged_headers_are_refused_and_left_alone()
    {
        SmallLog.Write(folder["good"]);
        byte[] good = File.ReadAllBytes(folder["good"]);
        byte[] damaged = [.. good];
        damaged[damaged.AsSpan().IndexOf("device"u8)] ^= 1;
        byte[][] bad =
        [
            "something else"u8.ToArray(),
            damaged,
            [.. good, .. good],
        ];
        foreach (byte[] bytes in bad)
        {
            File.WriteAllBytes(folder["bad"], bytes);
            Assert.Throws<UserErrorException>(() => RunLogWriter.Resume(folder["bad"], SmallLog.Spec).Dispose());
            Assert.Equal(bytes, File.ReadAllBytes(folder["bad"]));
        }
    }

    [Fact]
    public void A_log_that_holds_a_run_twice_is_refused()
    {
        SmallLog.Write(folder["log"], 1);
        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec))
        {
            log.Start("cpu");
            log.Write(SmallLog.Runs.AsSpan(0, 1));
        }

        string message = Assert.Throws<UserErrorException>(
            () => RunLogWriter.Resume(folder["log"], SmallLog.Spec).Dispose()).Message;
        Assert.Contains("seed 7 of point 0 twice", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_log_needs_a_new_name()
    {
        SmallLog.Write(folder["log"]);

        Assert.Throws<UserErrorException>(() => SmallLog.Write(folder["log"]));
        Assert.Throws<UserErrorException>(() => SmallLog.Write(folder.Root));
        Assert.Throws<UserErrorException>(() => SmallLog.Write(Path.Combine(folder["log"], "below-a-file")));
    }

    [Fact]
    public void Nothing_is_changed_before_the_start()
    {
        RunLogWriter.Create(folder["new"], SmallLog.Spec).Dispose();
        Assert.Empty(folder.Files);

        SmallLog.Write(folder["log"], 3);
        byte[] torn = File.ReadAllBytes(folder["log"])[..^3];
        File.WriteAllBytes(folder["log"], torn);
        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec))
        {
            Assert.Equal(2, log.Done.Count);
            Assert.InRange(log.TornBytes, 1, 100);
        }

        Assert.Equal(torn, File.ReadAllBytes(folder["log"]));
    }

    [Fact]
    public void A_log_without_runs_can_be_taken_back()
    {
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], SmallLog.Spec))
        {
            log.Start("cpu");
            log.Discard();
        }

        Assert.Empty(folder.Files);

        using (RunLogWriter log = RunLogWriter.Create(folder["log"], SmallLog.Spec))
        {
            log.Start("cpu");
            log.Write(SmallLog.Runs);
            log.Discard();
        }

        Assert.Equal(["log"], folder.Files);
    }

    [Fact]
    public void A_log_can_be_read_while_it_is_written()
    {
        using RunLogWriter log = RunLogWriter.Create(folder["log"], SmallLog.Spec);
        log.Start("cpu");
        log.Write(SmallLog.Runs.AsSpan(0, 5));

        // Another handle of the same process; other processes are tested by running sweeps.
        using var copy = new MemoryStream(Copy(folder["log"]));
        using var reader = new RunLogReader(copy, "log");
        Assert.Equal(SmallLog.Runs[..5], SmallLog.ReadRuns(reader));
    }

    [Fact]
    public void A_set_of_runs_is_exact()
    {
        var random = new Random(1);
        var set = new RunSet();
        var expected = new HashSet<(int, long)>();
        for (int i = 0; i < 20_000; i++)
        {
            (int point, long seed) = (random.Next(3), random.Next(4) == 0 ? long.MaxValue - random.Next(99) : random.Next(9000));
            Assert.Equal(expected.Contains((point, seed)), set.Contains(point, seed));
            Assert.Equal(expected.Add((point, seed)), set.Add(point, seed));
        }

        Assert.Equal(expected.Count, set.Count);
    }

    private static byte[] Copy(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
