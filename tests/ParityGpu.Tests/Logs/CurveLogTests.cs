using System.Buffers;
using MessagePack;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Curves in logs, and logs from before there were any.</summary>
public sealed class CurveLogTests : IDisposable
{
    private static readonly SweepSpec Spec = SmallLog.Spec with { Curve = CurveSteps.Logarithmic(2) };

    private static readonly FinishedRun[] Runs = [.. SmallLog.Runs.Select(run => new FinishedRun(run, CurveOf(run, gap: false)))];

    private static readonly byte[] RunStart = [0x92, 0xA3, .. "run"u8];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_was_written_is_read(bool gap, bool norms)
    {
        FinishedRun[] runs = [.. SmallLog.Runs.Select(run => new FinishedRun(run, CurveOf(run, gap, norms)))];
        Write(folder["log"], Spec with { CurveGap = gap, CurveNorms = norms }, runs);

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        AssertEqual(runs, Read(reader));
        Assert.False(reader.IsTorn);
        Assert.Equal(new FileInfo(folder["log"]).Length, reader.Offset);
        Assert.Equal(3, reader.Header.Schema);
    }

    [Fact]
    public void The_longest_curve_fits_a_message()
    {
        var spec = SmallLog.Spec with { Curve = CurveSteps.Every(1_000_000), MaxSteps = 9_998_000_001, CurveGap = true, CurveNorms = true, FirstSeed = 1L << 60 };
        var run = new RunRecord(1, spec.FirstSeed, Outcome.Budget, spec.MaxSteps, 0.5);
        FinishedRun finished = new(run, CurveOf(run, gap: true, norms: true, step => step + 1_000_000));
        Assert.Equal(RunCurve.MaxPoints, finished.Curve!.Points.Length);
        Write(folder["log"], SpecValidation.Validate(spec), [finished]);

        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        AssertEqual([finished], Read(reader));
    }

    [Fact]
    public void The_most_losses_of_tasks_fit_a_message_and_other_ones_are_damage()
    {
        SweepSpec spec = SpecValidation.Validate(SmallLog.Spec with
        {
            Tasks = [TaskList.TryParse("104")!],
            Curve = CurveSteps.Every(1_000_000),
            CurveNorms = true,
            CurveTasks = true,
            MaxSteps = 9_998_000_001,
        });
        var run = new RunRecord(1, spec.FirstSeed, Outcome.Budget, spec.MaxSteps, 0.5);
        RunCurve curve = CurveOf(run, gap: false, norms: true, step => step + 1_000_000) with { Tasks = [.. Enumerable.Repeat(new TaskRecord(5, 0.1f), 104)] };
        FinishedRun finished = new(run, curve with { TaskCurves = [.. Enumerable.Range(0, 104 * RunCurve.MaxPoints).Select(i => i / 3f)] });
        Write(folder["log"], spec, [finished]);

        using (RunLogReader reader = RunLogReader.Open(folder["log"]))
            AssertEqual([finished], Read(reader));

        foreach (RunCurve other in new[] { curve, curve with { TaskCurves = [1, 2, 3] } })
        {
            File.Delete(folder["log"]);
            Write(folder["log"], spec, [new FinishedRun(run, other)]);
            using RunLogReader reader = RunLogReader.Open(folder["log"]);
            Assert.Contains("is damaged", Assert.Throws<UserErrorException>(() => Read(reader)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_log_cut_anywhere_gives_whole_runs_with_their_curves_and_resuming_completes_it()
    {
        FinishedRun[] some = Runs[1..4];
        Write(folder["whole"], Spec, some);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        List<long> ends = Ends(whole);
        for (int length = (int)ends[0]; length <= whole.Length; length++)
        {
            using (var reader = new RunLogReader(new MemoryStream(whole, 0, length), "log"))
            {
                AssertEqual(some[..Math.Max(0, ends.Count(end => end <= length) - 3)], Read(reader));
                Assert.Equal(ends.Last(end => end <= length), reader.Offset);
                Assert.Equal(reader.Offset < length, reader.IsTorn);
            }

            File.WriteAllBytes(folder["log"], whole[..length]);
            using (RunLogWriter log = RunLogWriter.Resume(folder["log"], Spec))
            {
                Assert.Equal(length - ends.Last(end => end <= length), log.TornBytes);
                log.Start("cpu (test)");
                log.Write([.. some.Where(run => !log.Done.Contains(run.Record.Point, run.Record.Seed))]);
            }

            using RunLogReader resumed = RunLogReader.Open(folder["log"]);
            AssertEqual(some, Read(resumed));
            Assert.False(resumed.IsTorn);
        }
    }

    [Fact]
    public void Curves_that_do_not_fit_are_damage()
    {
        RunRecord run = Runs[0].Record;
        RunCurve curve = Runs[0].Curve!;
        CurvePoint[] points = [.. curve.Points];
        RunCurve[] wrong =
        [
            new([.. points[1..]], false),
            new([.. points[..^1]], false),
            new([.. points.Reverse()], false),
            new([points[0], .. points], false),
            new([], false),
            new([.. points], true),
        ];
        foreach (RunCurve other in wrong)
            MustBeDamage(Spec, [new(run, other)]);

        MustBeDamage(Spec, [new(run, null)]);
        MustBeDamage(SmallLog.Spec, [new(run, curve)]);

        // A curve, then another run; and a curve, then a curve.
        byte[] bytes = Bytes(Spec, Runs[..2]);
        List<long> ends = Ends(bytes);
        int secondRun = bytes.AsSpan((int)ends[^2]).IndexOf(RunStart) + (int)ends[^2];
        int firstRun = bytes.AsSpan((int)ends[^3]).IndexOf(RunStart) + (int)ends[^3];
        MustBeDamage([.. bytes[..firstRun], .. bytes[secondRun..]]);
        MustBeDamage([.. bytes[..firstRun], .. bytes[(int)ends[^2]..]]);
    }

    [Fact]
    public void Columns_of_other_lengths_and_too_long_ones_are_damage()
    {
        byte[] bytes = Bytes(Spec, Runs[1..2]);
        int column = bytes.AsSpan().IndexOf("movementRelevant"u8) + "movementRelevant".Length;
        Assert.Equal(0x92, bytes[column]);
        bytes[column] = 0x91;
        MustBeDamage(bytes);

        byte[] log = Bytes(Spec, Runs[..2]);
        byte[] longCurve = [0x92, 0xA5, .. "curve"u8, 0x81, 0xA5, .. "steps"u8, 0xDC, 0x27, 0x11, .. new byte[10_001]];
        int end = (int)Ends(log)[^2];
        MustBeDamage([.. log[..end], .. longCurve, .. log[end..]]);
    }

    [Fact]
    public void Random_damage_ends_in_one_line_or_in_good_runs()
    {
        byte[] log = Bytes(Spec, Runs);
        var random = new Random(99);
        for (int trial = 0; trial < 1000; trial++)
        {
            byte[] damaged = [.. log];
            for (int flip = random.Next(1, 4); flip > 0; flip--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            try
            {
                using var reader = new RunLogReader(new MemoryStream(damaged, 0, random.Next(1, damaged.Length + 1)), "log");
                Read(reader);
            }
            catch (UserErrorException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Fact]
    public void A_log_of_the_first_schema_is_read_and_no_bits_of_other_numerics_are_added()
    {
        File.WriteAllBytes(folder["log"], FirstSchema());
        using (RunLogReader reader = RunLogReader.Open(folder["log"]))
        {
            Assert.Equal(SmallLog.Runs[..1], SmallLog.ReadRuns(reader));
            Assert.Equal(1, reader.Header.Schema);
            Assert.Null(reader.Curve);
            Assert.Null(SpecFile.FirstDifference(SmallLog.Spec, reader.Header.Spec));
        }

        Assert.Contains(
            "--curve", Assert.Throws<UserErrorException>(() => RunLogWriter.Resume(folder["log"], Spec).Dispose()).Message, StringComparison.Ordinal);
        byte[] before = File.ReadAllBytes(folder["log"]);
        Assert.Contains(
            "numerics version 1", Assert.Throws<UserErrorException>(() => RunLogWriter.Resume(folder["log"], SmallLog.Spec).Dispose()).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder["log"]));
    }

    [PythonFact]
    public void The_python_reader_of_the_documentation_passes_over_curves()
    {
        Write(folder["curves"], Spec, Runs);
        SmallLog.Write(folder["none"]);

        Assert.Equal(PythonReaderTests.RunScript(folder["none"]), PythonReaderTests.RunScript(folder["curves"]));
    }

    private static RunCurve CurveOf(RunRecord run, bool gap, bool norms = false, Func<long, long>? next = null)
    {
        next ??= Spec.Curve.Next;
        var points = new List<CurvePoint>();
        for (long step = 0; step < run.Steps; step = next(step))
            points.Add(At(step));

        points.Add(At(run.Steps));
        return new RunCurve([.. points], gap) { HasNorms = norms };

        CurvePoint At(long step) => new(
            step, 1f / (1 + step), 0.25, 1 - (0.3 / (1 + step)), float.NaN, step, -step, gap ? float.Epsilon * step : float.NaN)
        {
            Norms = norms ? new ParameterNorms(step, 2f * step, float.PositiveInfinity) : ParameterNorms.None,
        };
    }

    private static void AssertEqual(IReadOnlyList<FinishedRun> expected, IReadOnlyList<FinishedRun> found)
    {
        Assert.Equal(expected.Select(run => run.Record), found.Select(run => run.Record));
        Assert.All(expected.Zip(found), pair =>
        {
            Assert.Equal(pair.First.Curve!.HasGap, pair.Second.Curve!.HasGap);
            Assert.Equal(pair.First.Curve.Points.AsEnumerable(), pair.Second.Curve.Points.AsEnumerable());
            Assert.Equal(pair.First.Curve.Tasks.AsEnumerable(), pair.Second.Curve.Tasks.AsEnumerable());
            Assert.Equal(pair.First.Curve.TaskCurves.AsEnumerable(), pair.Second.Curve.TaskCurves.AsEnumerable());
        });
    }

    private static void Write(string path, SweepSpec spec, FinishedRun[] runs)
    {
        using RunLogWriter log = RunLogWriter.Create(path, spec);
        log.Start("cpu (test)");
        log.Write(runs);
    }

    private static List<FinishedRun> Read(RunLogReader reader)
    {
        var runs = new List<FinishedRun>();
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                runs.Add(new FinishedRun(reader.Run, reader.Curve));
        }

        return runs;
    }

    private static List<long> Ends(byte[] log)
    {
        var ends = new List<long>();
        using var reader = new RunLogReader(new MemoryStream(log), "log");
        while (reader.Read())
            ends.Add(reader.Offset);

        return ends;
    }

    private static void MustBeDamage(byte[] bytes)
    {
        using var reader = new RunLogReader(new MemoryStream(bytes), "log");
        string message = Assert.Throws<UserErrorException>(() => Read(reader)).Message;
        Assert.Contains("is damaged at byte", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>A log as programs before curves wrote it: header, points without settings, one run.</summary>
    private static byte[] FirstSchema()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Open(ref writer, "parity-log", 5);
        writer.Write("schema");
        writer.Write(1);
        Texts(ref writer, ("program", "0.1.0"), ("device", "cpu"), ("started", "2026-01-02T03:04:05.678Z"));
        writer.Write("spec");
        writer.WriteMapHeader(15);
        foreach ((string name, int[] values) in new[] { ("n", [10]), ("k", [3]), ("width", [10, 100]), ("batch", new[] { 64 }) })
        {
            writer.Write(name);
            writer.WriteArrayHeader(values.Length);
            foreach (int value in values)
                writer.Write(value);
        }

        foreach ((string name, string value) in new[] { ("model", "mlp"), ("activation", "relu"), ("loss", "hinge"), ("init", "xavier-uniform") })
        {
            writer.Write(name);
            writer.WriteArrayHeader(1);
            writer.Write(value);
        }

        foreach ((string name, double value) in new[] { ("lr", 0.5), ("weightDecay", 0.0) })
        {
            writer.Write(name);
            writer.WriteArrayHeader(1);
            writer.Write(value);
        }

        foreach ((string name, int value) in new[] { ("seeds", 4), ("firstSeed", 7), ("maxSteps", 5000), ("testSamples", 8192) })
        {
            writer.Write(name);
            writer.Write(value);
        }

        Texts(ref writer, ("subset", "first"));
        for (int index = 0; index < 2; index++)
        {
            Open(ref writer, "point", 1);
            writer.Write("index");
            writer.Write(index);
        }

        RunRecord run = SmallLog.Runs[0];
        Open(ref writer, "run", 5);
        writer.Write("point");
        writer.Write(run.Point);
        writer.Write("seed");
        writer.Write(run.Seed);
        Texts(ref writer, ("outcome", "solved"));
        writer.Write("steps");
        writer.Write(run.Steps);
        writer.Write("accuracy");
        writer.Write(run.Accuracy);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void Open(ref MessagePackWriter writer, string kind, int fields)
    {
        writer.WriteArrayHeader(2);
        writer.Write(kind);
        writer.WriteMapHeader(fields);
    }

    private static void Texts(ref MessagePackWriter writer, params (string Name, string Value)[] texts)
    {
        foreach ((string name, string value) in texts)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private void MustBeDamage(SweepSpec spec, FinishedRun[] runs) => MustBeDamage(Bytes(spec, runs));

    private byte[] Bytes(SweepSpec spec, FinishedRun[] runs)
    {
        File.Delete(folder["bytes"]);
        Write(folder["bytes"], spec, runs);
        return File.ReadAllBytes(folder["bytes"]);
    }
}
