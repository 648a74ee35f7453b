using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("--widht", "--width")]
    [InlineData("wdith", "width")]
    [InlineData("weigth-decay", "weight-decay")]
    [InlineData("Width", "width")]
    [InlineData("max", "max-steps")]
    [InlineData("--width-of", "--width")]
    [InlineData("n", null)]
    [InlineData("colour", null)]
    [InlineData("width", null)]
    [InlineData("", null)]
    public void The_nearest_word_is_found_or_none(string word, string? meant) =>
        Assert.Equal(meant, Spelling.Nearest(word, ["--width", "width", "weight-decay", "max-steps", "k"]));

    [Theory]
    [InlineData("1e3", 1000)]
    [InlineData("3.0", 3)]
    [InlineData("-2", -2)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Integers_are_read_as_people_write_them(string text, long value) =>
        Assert.True(WholeNumber.TryParse(text, out long read) && read == value);

    [Theory]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("1e19")]
    [InlineData("1e999999999")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    public void What_is_no_integer_is_refused(string text) => Assert.False(WholeNumber.TryParse(text, out _));
}
