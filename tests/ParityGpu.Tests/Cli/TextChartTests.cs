using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class TextChartTests
{
    [Fact]
    public void A_line_goes_from_corner_to_corner()
    {
        IReadOnlyList<string> lines = new TextChart(TextChart.MarginColumns + 4, 2).Draw([(0, 0), (7, 7)]);

        Assert.Equal(
            [
                "         7┤  ⡠⠊",
                "         0┤⡠⠊  ",
            ],
            lines);
    }

    [Fact]
    public void Values_that_are_not_finite_leave_a_gap()
    {
        IReadOnlyList<string> lines = new TextChart(TextChart.MarginColumns + 5, 1)
            .Draw([(0, 1), (2, 1), (4, double.NaN), (7, 1), (9, double.PositiveInfinity)]);

        Assert.Equal(["         1┤⣀⡀ ⢀ "], lines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public void The_size_does_not_depend_on_the_data(int count)
    {
        var random = new Random(count);
        (double, double)[] points = [.. Enumerable.Range(0, count).Select(i => ((double)i, (double)(float)(random.NextDouble() - 0.5) * 1e-30))];
        foreach (int rows in new[] { 1, 2, 10 })
        {
            IReadOnlyList<string> lines = new TextChart(60, rows).Draw(points);
            Assert.Equal(rows, lines.Count);
            Assert.All(lines, line => Assert.Equal(60, line.Length));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_screen_has_three_charts_over_one_axis(bool logarithmic)
    {
        CurvePoint[] points =
        [
            new(0, 1.5f, 0.5, 0.5, 0, 0, 0, float.NaN),
            new(10, 0.75f, 0.625, 0.75, 0.25f, 0.25f, 0.125f, float.NaN),
            new(100, 0, 1, 1, 2, 2, 0.5f, float.NaN),
        ];
        IReadOnlyList<string> lines = TrainingScreen.Lines(points, logarithmic, 70, 4);

        Assert.Equal((3 * (1 + 4)) + 1, lines.Count);
        Assert.All(lines, line => Assert.True(line.Length <= 70, line));
        Assert.Equal("training loss 0", lines[0]);
        Assert.StartsWith("accuracy 100", lines[5], StringComparison.Ordinal);
        Assert.Equal("rho 2, relevant 2, irrelevant 0.5", lines[10]);
        Assert.StartsWith("step 0", lines[^1].TrimStart(), StringComparison.Ordinal);
        Assert.EndsWith("step 100", lines[^1], StringComparison.Ordinal);
        Assert.Equal(70, lines[^1].Length);
    }
}
