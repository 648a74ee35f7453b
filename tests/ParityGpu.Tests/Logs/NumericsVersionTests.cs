using ParityGpu.Kernels;
using ParityGpu.Logs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Logs say which arithmetic made their runs; runs of different ones are never joined.</summary>
public sealed class NumericsVersionTests : IDisposable
{
    private const string Options = "--n 10 --k 3 --width 10,100 --lr 0.5 --seeds 4 --first-seed 7 --max-steps 5000";
    private const int Other = Numerics.Version + 1;

    private readonly TemporaryFolder folder = new();

    public NumericsVersionTests()
    {
        SmallLog.Write(folder["log"], 3);
        byte[] bytes = File.ReadAllBytes(folder["log"]);
        bytes[Place(bytes)] = Other;
        File.WriteAllBytes(folder["other"], SmallLog.Sealed(bytes));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_log_has_the_version_and_any_version_can_be_read()
    {
        Assert.Equal(Numerics.Version, VersionOf("log"));
        Assert.Equal(Other, VersionOf("other"));
        Assert.Equal(0, CommandLine.Run("summary", folder["other"]).ExitCode);
    }

    [Fact]
    public void A_log_without_one_is_of_version_1()
    {
        byte[] bytes = File.ReadAllBytes(folder["log"]);
        int name = Place(bytes) - "numerics".Length;
        "unknowns"u8.CopyTo(bytes.AsSpan(name));
        File.WriteAllBytes(folder["old"], SmallLog.Sealed(bytes));

        Assert.Equal(1, VersionOf("old"));
    }

    [Fact]
    public void Resuming_and_merging_across_versions_is_refused()
    {
        byte[] before = File.ReadAllBytes(folder["other"]);
        CommandLine.Run(["sweep", .. Options.Split(' '), "--device", "cpu", "--log", folder["other"], "--resume"])
            .MustBeUserError("--resume", $"numerics version {Other}", $"{Numerics.Version}");
        CommandLine.Run("merge", folder["log"], folder["other"], "-o", folder["merged"])
            .MustBeUserError($"numerics version {Other}", $"{Numerics.Version}");

        Assert.Equal(before, File.ReadAllBytes(folder["other"]));
        Assert.False(File.Exists(folder["merged"]));
    }

    private int VersionOf(string log)
    {
        using RunLogReader reader = RunLogReader.Open(folder[log]);
        Assert.True(reader.Read());
        return reader.Header.Numerics;
    }

    /// <summary>Where the value of the header's numerics is.</summary>
    private static int Place(byte[] bytes) => bytes.AsSpan().IndexOf("numerics"u8) + "numerics".Length;
}
