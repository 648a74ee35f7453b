using MessagePack;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

public sealed class RunLogReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] log;

    public RunLogReaderTests()
    {
        SmallLog.Write(folder["log"]);
        log = File.ReadAllBytes(folder["log"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_is_read()
    {
        using RunLogReader reader = RunLogReader.Open(folder["log"]);

        Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
        Assert.False(reader.IsTorn);
        Assert.Equal(log.Length, reader.Offset);
        Assert.Equal(SpecFile.Canonical(SmallLog.Spec), SpecFile.Canonical(reader.Header.Spec));
        Assert.Equal("cpu (test)", reader.Header.Session.Device);
        Assert.Equal(SmallLog.Spec.Points(), reader.Points);
        Assert.Equal(2, reader.PointsRead);
    }

    [Fact]
    public void Bytes_may_come_one_at_a_time()
    {
        using var stream = new DrippingStream(log);
        using var reader = new RunLogReader(stream, "log");

        Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
    }

    [Fact]
    public void A_log_cut_anywhere_gives_the_whole_records_before_the_cut()
    {
        List<long> ends = MessageEnds();
        for (int length = 0; length < log.Length; length++)
        {
            if (length < ends[0])
            {
                string message = Assert.Throws<UserErrorException>(() => Read(log[..length])).Message;
                Assert.Contains(length == 0 ? "empty" : "truncated in its header", message, StringComparison.Ordinal);
                continue;
            }

            using var reader = new RunLogReader(new MemoryStream(log, 0, length), "log");
            List<RunRecord> runs = SmallLog.ReadRuns(reader);

            long whole = ends.Last(end => end <= length);
            Assert.Equal(whole, reader.Offset);
            Assert.Equal(whole < length, reader.IsTorn);
            Assert.Equal(SmallLog.Runs.Take(runs.Count), runs);
            Assert.Equal(Math.Max(0, ends.IndexOf(whole) - SmallLog.Spec.Width.Length), runs.Count);
            Assert.False(reader.Read());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a log of something else\n")]
    [InlineData("\u0000\u0000\u0000\u0000")]
    public void A_foreign_file_is_refused_in_one_line(string text) =>
        MustRefuse(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Damage_in_the_middle_is_not_taken_for_a_torn_end()
    {
        foreach (long end in MessageEnds().SkipLast(2))
        {
            byte[] damaged = [.. log];
            damaged[end] = 0xC1;

            Assert.Contains($"damaged at byte {end}", MustRefuse(damaged), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_newer_schema_is_refused_by_name()
    {
        byte[] newer = [.. log];
        int version = newer.AsSpan().IndexOf("schema"u8) + "schema".Length;
        newer[version] = 99;

        Assert.Contains("schema 99", MustRefuse(SmallLog.Sealed(newer)), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_huge_lengths_are_refused()
    {
        byte[] start = [0x92, 0xAA, .. "parity-log"u8];
        MustRefuse([.. start, 0x81, 0xA1, (byte)'x', .. Enumerable.Repeat((byte)0x91, 900_000)]);
        MustRefuse([.. start, 0xDF, 0xFF, 0xFF, 0xFF, 0xFF]);
        MustRefuse([.. start, 0x81, 0xDB, 0x7F, 0xFF, 0xFF, 0xFF, .. new byte[2_000_000]]);
    }

    [Fact]
    public void What_is_no_record_up_to_the_end_is_torn()
    {
        byte[][] ends =
        [
            [0x92, 0xA3, .. "run"u8, 0x81, 0xDA, 0xFF, 0xFF, .. Enumerable.Repeat((byte)'a', 5000)],
            new byte[100_000],
            [0xC1],
        ];
        foreach (byte[] end in ends)
        {
            using var reader = new RunLogReader(new MemoryStream([.. log, .. end]), "log");
            Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
            Assert.True(reader.IsTorn);
            Assert.Equal(log.Length, reader.Offset);
        }
    }

    [Fact]
    public void Names_that_are_not_known_are_passed_over()
    {
        using var whole = new RunLogReader(new MemoryStream(log), "log");
        SmallLog.ReadRuns(whole);
        var messages = new MessageBuffer(whole.CheckSums);
        MessagePackWriter writer = messages.Open(LogMessageKind.Resumed, 4);
        writer.Write("new");
        writer.WriteRaw((ReadOnlySpan<byte>)[0x92, 0x01, 0x81, 0xA1, (byte)'a', 0xC0]);
        foreach ((string name, string value) in new[] { ("program", "1"), ("device", "2"), ("started", "2026-01-02") })
        {
            writer.Write(name);
            writer.Write(value);
        }

        messages.Close(ref writer);
        using var reader = new RunLogReader(new MemoryStream([.. log, .. messages.WrittenSpan]), "log");
        Assert.Equal(SmallLog.Runs, SmallLog.ReadRuns(reader));
        Assert.False(reader.IsTorn);
    }

    [Fact]
    public void Random_damage_ends_in_one_line_or_in_good_records()
    {
        var random = new Random(12345);
        for (int trial = 0; trial < 1000; trial++)
        {
            byte[] damaged = [.. log];
            for (int flip = random.Next(1, 4); flip > 0; flip--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            ReadOrRefuse(damaged[..random.Next(1, damaged.Length + 1)]);
        }
    }

    [Fact]
    public void Random_bytes_end_in_one_line()
    {
        var random = new Random(54321);
        List<long> ends = MessageEnds();
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] garbage = new byte[random.Next(1, 3000)];
            random.NextBytes(garbage);
            ReadOrRefuse(garbage);
            ReadOrRefuse([.. log[..(int)ends[random.Next(ends.Count)]], .. garbage]);
        }
    }

    private static void Read(byte[] bytes)
    {
        using var reader = new RunLogReader(new MemoryStream(bytes), "log");
        SmallLog.ReadRuns(reader);
    }

    private static string MustRefuse(byte[] bytes)
    {
        string message = Assert.Throws<UserErrorException>(() => Read(bytes)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.StartsWith("log: ", message, StringComparison.Ordinal);
        return message;
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            Read(bytes);
        }
        catch (UserErrorException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private List<long> MessageEnds()
    {
        var ends = new List<long>();
        using var reader = new RunLogReader(new MemoryStream(log), "log");
        while (reader.Read())
            ends.Add(reader.Offset);

        return ends;
    }

    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
