using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class CurveStepsTests
{
    [Theory]
    [InlineData("1", 0, 1, 2, 3, 4)]
    [InlineData("250", 0, 250, 500, 750, 1000)]
    [InlineData("log:1", 0, 1, 10, 100, 1000)]
    [InlineData("log:2", 0, 1, 3, 10, 32, 100, 316, 1000)]
    [InlineData("log:8", 0, 1, 2, 3, 4, 6, 7, 10, 13, 18, 24, 32, 42, 56, 75, 100, 133)]
    public void Steps_are_those_of_the_text(string text, params int[] expected)
    {
        CurveSteps steps = CurveSteps.TryParse(text)!;
        for (int i = 0; i + 1 < expected.Length; i++)
        {
            // The next step depends on the step alone, wherever between two points it is asked for.
            for (int step = expected[i]; step < expected[i + 1]; step++)
                Assert.Equal(expected[i + 1], steps.Next(step));
        }

        Assert.Equal(text, steps.ToString());
    }

    [Fact]
    public void Logarithmic_steps_ascend_to_the_longest_run_with_the_same_digits_in_every_decade()
    {
        for (int q = 1; q <= CurveSteps.MostPerDecade; q++)
        {
            CurveSteps steps = CurveSteps.Logarithmic(q);
            var all = new List<long> { 0 };
            while (all[^1] < CurveSteps.LongestSpacing)
            {
                long next = steps.Next(all[^1]);
                Assert.InRange(next, all[^1] + 1, CurveSteps.LongestSpacing);
                all.Add(next);
            }

            Assert.InRange(all.Count, 1, steps.MostPoints(CurveSteps.LongestSpacing));
            Assert.Equal(q, all.Count(step => step is > 1_000_000 and <= 10_000_000));
            Assert.Equal(
                all.Where(step => step is > 10_000_000 and <= 100_000_000).Select(step => (long)Math.Round(step / 10.0)),
                all.Where(step => step is > 1_000_000 and <= 10_000_000));
            Assert.Equal(long.MaxValue, steps.Next(CurveSteps.LongestSpacing));
        }
    }

    [Fact]
    public void Without_a_curve_there_is_no_next_step() => Assert.Equal(long.MaxValue, CurveSteps.None.Next(0));

    [Theory]
    [InlineData(1)]
    [InlineData(9_998)]
    [InlineData(9_999)]
    [InlineData(100_000)]
    [InlineData(1_000_000_000_000)]
    public void The_least_spacing_is_the_least_that_is_accepted(long maxSteps)
    {
        long least = CurveSteps.LeastSpacing(maxSteps);
        var spec = new SweepSpec { MaxSteps = maxSteps, Curve = CurveSteps.Every(least) };

        Assert.Same(spec, SpecValidation.Validate(spec));
        if (least > 1)
            Assert.Throws<UserErrorException>(() => SpecValidation.Validate(spec with { Curve = CurveSteps.Every(least - 1) }));
    }
}
