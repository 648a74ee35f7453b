using CsCheck;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Whatever a file holds, it is read or refused in one line, at once and in little memory.</summary>
public sealed class LogFuzzTests : IDisposable
{
    private const int Cases = 10_000;
    private const long MostBytes = 100_000_000;

    /// <summary>Beginnings of long things: strings, arrays, maps, binaries, extensions of up to 2^32 − 1.</summary>
    private static readonly byte[] Announcements = [0xC6, 0xC9, 0xDB, 0xDD, 0xDF, 0xCF, 0xD3, 0xC1];

    private static readonly Gen<Change[]> Changes = Gen.Select(
        Gen.Enum<ChangeKind>(), Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte, (kind, at, length, value) => new Change(kind, at, length, value)).Array[1, 6];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Changed_and_cut_logs_are_read_or_refused()
    {
        SmallLog.Write(folder["plain"]);
        WriteCurves(folder["curves"]);
        byte[][] logs = [.. new[] { "plain", "curves" }.Select(name => File.ReadAllBytes(folder[name]))];
        Gen.Select(Gen.Int[0, 1], Changes).Sample(
            (log, changes) => Check(changes.Aggregate(logs[log], Apply)), iter: TestScale.Cases(Cases), threads: 1);
    }

    private static void Check(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var reader = new RunLogReader(new MemoryStream(file), "log");
            var summary = new SummaryBuilder();
            summary.Add(reader, "log");
            summary.Build();
        }
        catch (UserErrorException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.InRange(e.Message.Length, 1, 2000);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    private static byte[] Apply(byte[] file, Change change)
    {
        if (file.Length == 0)
            return file;

        int at = (int)(change.At * (file.Length - 1));
        int length = (int)(change.Length * change.Length * Math.Min(200, file.Length - at));
        return change.Kind switch
        {
            ChangeKind.Replace => [.. file[..at], change.Value, .. file[(at + 1)..]],
            ChangeKind.Insert => [.. file[..at], change.Value, .. file[at..]],
            ChangeKind.Announce =>
                [.. file[..at], Announcements[change.Value % Announcements.Length], 0xFF, 0xFF, 0xFF, 0xF0, .. file[Math.Min(file.Length, at + 5)..]],
            ChangeKind.Delete => [.. file[..at], .. file[(at + length)..]],
            ChangeKind.Repeat => [.. file[..(at + length)], .. file[at..]],
            _ => file[..at],
        };
    }

    private static void WriteCurves(string path)
    {
        SweepSpec spec = SmallLog.Spec with { Curve = CurveSteps.Every(1000) };
        using RunLogWriter log = RunLogWriter.Create(path, spec);
        log.Start("cpu (test)");
        log.Write(
        [
            .. SmallLog.Runs.Where(run => run.Steps > 0).Select(run => new FinishedRun(
                run, new RunCurve([At(0), At(run.Steps)], HasGap: false))),
        ]);

        static CurvePoint At(long step) => new(step, 0.5f, 0.5, 0.5, 1f, 1f, 1f, float.NaN);
    }

    internal enum ChangeKind
    {
        Replace,
        Insert,
        Announce,
        Delete,
        Repeat,
        Cut,
    }

    internal sealed record Change(ChangeKind Kind, double At, double Length, byte Value);
}
