using ParityGpu.Specs;
using ParityGpu.Tests.Figures;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class SparklineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A run is an eighth of a block, eight runs at one time a full one.</summary>
    [Theory]
    [InlineData(1, '▁')]
    [InlineData(2, '▂')]
    [InlineData(8, '█')]
    [InlineData(30, '█')]
    public void Few_runs_are_low_blocks(int seeds, char highest)
    {
        FigureLogs.Write(folder["log"], new SweepSpec { Width = [10], Seeds = seeds }, (point, seed) => 1000);

        string output = CommandLine.Run("summary", folder["log"]).Output;

        Assert.Equal(highest, output.Where(c => c is >= '▁' and <= '█').Max());
    }
}
