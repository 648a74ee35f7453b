using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class CheckTimesTests
{
    [Theory]
    [InlineData("step", 0)]
    [InlineData("epoch", 4)]
    [InlineData("never", int.MaxValue)]
    [InlineData("1", 1)]
    [InlineData("250", 250)]
    public void Text_gives_the_steps_between_checks_and_comes_back(string text, int spacing)
    {
        CheckTimes times = CheckTimes.TryParse(text)!;

        Assert.Equal(spacing, times.Spacing(samples: 100, batch: 32));
        Assert.Equal(text, times.ToString());
        Assert.Equal(times, CheckTimes.TryParse(times.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("2147483647")]
    [InlineData("always")]
    public void Anything_else_is_refused(string text) => Assert.Null(CheckTimes.TryParse(text));

    [Fact]
    public void A_number_of_steps_is_written_in_one_way() => Assert.Equal(CheckTimes.TryParse("7"), CheckTimes.TryParse("007"));
}
