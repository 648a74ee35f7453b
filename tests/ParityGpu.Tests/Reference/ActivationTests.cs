using ParityGpu.Kernels;
using ParityGpu.Reference;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class ActivationTests
{
    public static TheoryData<Activation> Parities => [Activation.Zigzag, Activation.Triangle, Activation.Polynomial];

    /// <summary>A sum s of k signs has (k − s)/2 negative ones.</summary>
    [Theory]
    [MemberData(nameof(Parities))]
    public void Parity_activations_have_the_parity_of_every_sum(Activation activation)
    {
        for (int k = 1; k <= 8; k++)
        {
            IActivation sigma = Activations.Named(activation, k);
            for (int negative = 0; negative <= k; negative++)
                Assert.Equal(negative % 2 == 0 ? 1 : -1, sigma.Value(k - (2 * negative)), 1e-9);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_triangle_has_period_4_and_is_the_zigzag_between_the_outer_sums(int k)
    {
        var triangle = new Triangle(k);
        var zigzag = new Zigzag(k);
        for (double z = -2.0 * k; z <= 2 * k; z += 0.0625)
        {
            Assert.Equal(triangle.Value(z), triangle.Value(z + 4), 1e-12);
            Assert.InRange(triangle.Value(z), -1, 1);
            if (Math.Abs(z) <= k)
                Assert.Equal(triangle.Value(z), zigzag.Value(z), 1e-12);
        }
    }

    /// <summary>At k = 2 the corners are at −2, 0, 2: slope −1, then 1, then 1 for ever.</summary>
    [Fact]
    public void The_zigzag_continues_its_last_slope_and_a_kink_has_the_slope_of_its_left()
    {
        var zigzag = new Zigzag(2);

        Assert.Equal((3.0, -1.0), (zigzag.Value(-4), zigzag.Slope(-4)));
        Assert.Equal((-1.0, -1.0), (zigzag.Value(0), zigzag.Slope(0)));
        Assert.Equal((1.0, 1.0), (zigzag.Value(2), zigzag.Slope(2)));
        Assert.Equal((4.0, 1.0), (zigzag.Value(5), zigzag.Slope(5)));
        Assert.Equal((1.0, 1.0), (new Triangle(2).Value(2), new Triangle(2).Slope(2)));
        Assert.Equal((0.0, -1.0), (new Triangle(2).Value(3), new Triangle(2).Slope(3)));
    }

    [Fact]
    public void Smooth_activations_have_known_values_and_slopes()
    {
        Assert.Equal((-8.0, 12.0), (new Power(3).Value(-2), new Power(3).Slope(-2)));
        Assert.Equal((Math.Sin(0.7), Math.Cos(0.7)), (new Sine(1).Value(0.7), new Sine(1).Slope(0.7)));
        Assert.Equal(-Math.Cos(0.7), new Sine(2).Value(0.7), 1e-15);
        Assert.Equal(Math.Sin(0.7), new Sine(2).Slope(0.7), 1e-15);
        Assert.Equal(3.5, new ParityPolynomial(2).Value(3), 1e-12);
        Assert.Equal(3, new ParityPolynomial(2).Slope(3), 1e-12);
    }

    [Theory]
    [InlineData(Loss.Hinge, 1, 0.25, 0.75, -1)]
    [InlineData(Loss.Hinge, -1, -1, 0, 0)]
    [InlineData(Loss.Square, -1, 0.5, 2.25, 3)]
    [InlineData(Loss.Logistic, 1, 0, 0.6931471805599453, -0.5)]
    [InlineData(Loss.Logistic, -1, 2000, 2000, 1)]
    [InlineData(Loss.Logistic, 1, 2000, 0, 0)]
    [InlineData(Loss.Correlation, -1, 3, 3, 1)]
    public void Losses_have_known_values_and_slopes(Loss name, double y, double f, double value, double slope)
    {
        ILoss loss = Losses.Named(name);

        Assert.Equal(value, loss.Value(y, f), 1e-14);
        Assert.Equal(slope, loss.Slope(y, f), 1e-14);
    }
}
