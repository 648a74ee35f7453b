using ParityGpu.Kernels;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

/// <summary>The text form of targets.</summary>
public sealed class TargetTests
{
    [Theory]
    [InlineData("parity", "parity", 0)]
    [InlineData("x1 + x1x2 + x1x2x3", "x1+x1x2+x1x2x3", 3)]
    [InlineData(" 0.5 * x1 * x2 - 2x5x4x3", "0.5x1x2-2x3x4x5", 5)]
    [InlineData("-x1+1e-3x64", "-x1+0.001x64", 64)]
    [InlineData("2.50x1-1", "2.5x1-1", 1)]
    [InlineData("+1x2", "x2", 2)]
    public void A_target_is_read_and_written(string text, string canonical, int inputs)
    {
        Target target = Target.TryParse(text)!;

        Assert.Equal((canonical, inputs), (target.ToString(), target.Inputs));
        Assert.Equal(target, Target.TryParse(canonical));
        Assert.Equal(target.GetHashCode(), Target.TryParse(canonical)!.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("1")]
    [InlineData("x0")]
    [InlineData("x65")]
    [InlineData("x99999999999")]
    [InlineData("x1x1")]
    [InlineData("x1+x1")]
    [InlineData("x1x2-3x2x1")]
    [InlineData("x1^2")]
    [InlineData("x1+")]
    [InlineData("x1 x2 +- x3")]
    [InlineData("0x1")]
    [InlineData("1e31x1")]
    [InlineData("1e999x1")]
    [InlineData("2*")]
    [InlineData("x1+x2+x3+x4+x5+x6+x7+x8+x9")]
    [InlineData("y1")]
    [InlineData("parity+x1")]
    public void Other_texts_are_none(string text) => Assert.Null(Target.TryParse(text));

    [Fact]
    public void Terms_keep_their_order_and_targets_differ_by_it()
    {
        Target target = Target.TryParse("2x3x1-x2")!;

        Assert.Equal([(2.0, "x1x3"), (-1.0, "x2")], target.Monomials.Select(term => (term.Coefficient, term.Name)));
        Assert.NotEqual(target, Target.TryParse("-x2+2x1x3"));
    }

    [Fact]
    public void Points_of_a_polynomial_have_as_many_hidden_coordinates_as_it_names()
    {
        var spec = new SweepSpec { N = [10], K = [3, 4], Target = [Target.Parity, Target.TryParse("x1+x1x2")!], Loss = [Loss.Square], Width = [5] };

        Assert.Equal([("parity", 3), ("x1+x1x2", 2), ("parity", 4)], spec.Points().Select(point => ($"{point.Target}", point.K)));
    }
}
