using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class PercentageTests
{
    [Theory]
    [InlineData(1, "0.0", "100.0")]
    [InlineData(0, "0.0", "0.0")]
    [InlineData(0.5, "0.##", "50")]
    [InlineData(0.999993, "0.##", "99.999")]
    [InlineData(8191.0 / 8192, "0.0", "99.99")]
    [InlineData(0.996, "0", "99.6")]
    [InlineData(0.004, "0", "0.4")]
    [InlineData(1e-9, "0.0", "0.0000001")]
    [InlineData(double.NaN, "0.0", "NaN")]
    public void Only_all_is_100_and_only_none_is_0(double fraction, string format, string expected) =>
        Assert.Equal(expected, Percentage.Of(fraction, format));
}
