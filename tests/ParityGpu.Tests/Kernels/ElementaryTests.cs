using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The canon's own elementary functions against the library's in double precision, over all the range they promise.</summary>
public sealed class ElementaryTests
{
    private const int Points = 200_000;

    [Fact]
    public void Exponential() => AssertRelative(-86, 86, Elementary<float, PlainReals>.Exp, Math.Exp, 2e-7);

    [Fact]
    public void Exponential_is_cut_at_both_ends()
    {
        Assert.Equal(Elementary<float, PlainReals>.Exp(86), Elementary<float, PlainReals>.Exp(1000));
        Assert.Equal(Elementary<float, PlainReals>.Exp(-86), Elementary<float, PlainReals>.Exp(-1000));
    }

    /// <summary>Devices have NaNs of different bits: NVIDIA's is 0x7FFFFFFF, x86's 0xFFC00000, Arm's 0x7FC00000.</summary>
    [Theory]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0xFFC00000u)]
    [InlineData(0x7FC00000u)]
    [InlineData(0x7FD55555u)]
    public void What_is_not_a_number_gives_the_same_whatever_its_bits(uint bits)
    {
        float nan = BitConverter.UInt32BitsToSingle(bits);
        float[] results =
        [
            Elementary<float, PlainReals>.Exp(nan), Elementary<float, PlainReals>.Reciprocal(nan), Elementary<float, PlainReals>.SquareRootPlus(nan, 0),
            Elementary<float, PlainReals>.Sine(nan, 0), Losses<float, PlainReals>.Value((int)Loss.Logistic, 1, nan),
            Losses<float, PlainReals>.Descent((int)Loss.Logistic, 1, nan), Losses<float, PlainReals>.Value((int)Loss.Hinge, 1, nan),
        ];

        Assert.All(results, result => Assert.True(float.IsNaN(result)));
        foreach (Activation activation in new[] { Activation.Zigzag, Activation.Triangle })
        {
            var evaluated = Activations<float, PlainReals>.Of(new LaunchShape { Activation = (int)activation }, nan, 3, new CoefficientArray([]));
            Assert.True(float.IsNaN(evaluated.Value));
            Assert.Equal(-1f, evaluated.Slope);
        }
    }

    [Fact]
    public void Logarithm()
    {
        AssertAbsolute(0.5, 2, Elementary<float, PlainReals>.Log, Math.Log, 2e-7);
        AssertRelative(2, 1e30, Elementary<float, PlainReals>.Log, Math.Log, 3e-7);
        AssertRelative(1e-30, 0.5, Elementary<float, PlainReals>.Log, Math.Log, 3e-7);
    }

    [Fact]
    public void Reciprocal() => AssertRelative(1e-30, 1, Elementary<float, PlainReals>.Reciprocal, x => 1 / x, 2.4e-7);

    [Fact]
    public void Square_root()
    {
        AssertRelative(1e-30, 1e30, x => Elementary<float, PlainReals>.SquareRootPlus(x, 0), Math.Sqrt, 3.6e-7);
        Assert.Equal(0.25f, Elementary<float, PlainReals>.SquareRootPlus(0, 0.25f));
        Assert.Equal(2.25f, Elementary<float, PlainReals>.SquareRootPlus(4, 0.25f), 1e-6f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-3)]
    public void Sine_with_whole_quarter_turns(int quarters)
    {
        AssertAbsolute(
            -20, 20, x => Elementary<float, PlainReals>.Sine(x, quarters), x => Math.Sin(x + (quarters * Math.PI / 2)), 2e-7);
        AssertAbsolute(
            -1e4, 1e4, x => Elementary<float, PlainReals>.Sine(x, quarters), x => Math.Sin(x + (quarters * Math.PI / 2)), 2e-7);
    }

    [Fact]
    public void Rounding_takes_ties_to_even_and_ceilings_are_exact()
    {
        Assert.Equal([2f, -2f, 0f, 3f], new[] { 2.5f, -2.5f, 0.5f, 2.6f }.Select(x => Elementary<float, PlainReals>.Round(x, 1f)));
        Assert.Equal([3f, -2f, 1f, 7f], new[] { 2.1f, -2.9f, 1f, 7f }.Select(Elementary<float, PlainReals>.Ceiling));
    }

    private static void AssertAbsolute(
        double from, double to, Func<float, float> found, Func<double, double> exact, double tolerance)
    {
        for (int i = 0; i <= Points; i++)
        {
            float x = (float)(from + ((to - from) * i / Points));
            Assert.True(Math.Abs(found(x) - exact(x)) <= tolerance, $"{x}: {found(x)} instead of {exact(x)}");
        }
    }

    /// <summary>Evenly over the range, or over its logarithm where it spans orders of magnitude.</summary>
    private static void AssertRelative(
        double from, double to, Func<float, float> found, Func<double, double> exact, double tolerance)
    {
        bool logarithmic = from * to > 0 && Math.Max(to / from, from / to) > 100;
        for (int i = 0; i <= Points; i++)
        {
            double share = (double)i / Points;
            float x = (float)(logarithmic ? from * Math.Pow(to / from, share) : from + ((to - from) * share));
            Assert.True(
                Math.Abs(found(x) - exact(x)) <= tolerance * Math.Abs(exact(x)), $"{x}: {found(x)} instead of {exact(x)}");
        }
    }

    [Theory]
    [InlineData(0x7FC00000u)]
    [InlineData(0xFFC00000u)]
    public void The_logistic_loss_of_no_number_is_no_number(uint bits) =>
        Assert.True(float.IsNaN(Losses<float, PlainReals>.Value((int)Loss.Logistic, 1f, BitConverter.UInt32BitsToSingle(bits))));
}
