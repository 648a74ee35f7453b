using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Science;

/// <summary>A long sweep in a process of its own.</summary>
public sealed class SoakTests : IDisposable
{
    private const int FullSeconds = 300;
    private const int Parts = 4;
    private const long Noise = 30_000_000;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Five_minutes_of_training_do_not_make_the_process_larger()
    {
        using ParityProcess parity = ParityProcess.Start(
            folder.Root, "sweep", "--device", "cpu", "--n", "10,20", "--k", "2,3", "--width", "10", "--batch", "8,32", "--lr", "0.01,0.1", "--curve", "log:3",
            "--loss", "hinge,square", "--seeds", "10000000", "--checkpoint", "1", "--threads", "1", "--log", "log", "--quiet");
        long[] most = new long[Parts];
        int seconds = Math.Max(Parts, TestScale.Cases(FullSeconds));
        for (int second = 0; second < seconds; second++)
        {
            Thread.Sleep(1000);
            int part = second * Parts / seconds;
            most[part] = Math.Max(most[part], parity.ResidentBytes);
        }

        Assert.False(parity.HasExited);
        parity.Kill();
        Assert.InRange(most[^1], 1, most[1] + Noise);
    }
}
