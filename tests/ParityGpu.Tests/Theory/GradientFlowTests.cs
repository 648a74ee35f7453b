using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.OdeSolvers;
using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Theory;

public sealed class GradientFlowTests
{
    private static readonly int[] Sizes = [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_rate_is_that_of_theorem_6(int k)
    {
        FlowTimes[] times = [.. Sizes.Select(size => FlowTimes.Of(GradientFlow.FromSigns(k, size), k, size, 0.49))];
        double theorem = 1 - (k / 2.0);

        Assert.Equal(theorem, FlowTimes.Exponent(times), Math.Abs(0.1 * theorem));
        Assert.All(times, t => Assert.Equal(1 - (t.TimeToError / t.TimeToZero), t.Remaining, 1e-9));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Gaussian_starts_have_it_too(int k)
    {
        int[] sizes = [256, 1024, 4096];
        FlowTimes[] medians =
        [
            .. sizes.Select(size =>
            {
                double[] remaining =
                    [.. Enumerable.Range(0, 21).Select(seed => FlowTimes.Of(GradientFlow.FromNormals(k, size, seed), k, size, 0.49).Remaining).Order()];
                return new FlowTimes(k, size, 0, 0, remaining[10]);
            }),
        ];
        double theorem = 1 - (k / 2.0);

        Assert.Equal(theorem, FlowTimes.Exponent(medians), Math.Abs(0.1 * theorem));
    }

    /// <summary>Equal weights v obey v' = v^(k−1): T = (v_0^(2−k) − v^(2−k))/(k−2).</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void Times_are_those_of_the_closed_form(int k)
    {
        const int Size = 100;
        GradientFlow flow = GradientFlow.FromSigns(k, Size);
        double end = (Size - 1) / Math.Sqrt(Size);
        double expected = (Math.Pow(0.1, 2 - k) - Math.Pow(end, 2 - k)) / (k - 2);

        Assert.Equal(1, flow.Time(0, flow.Reach(0)) / expected, 1e-9);
    }

    [Fact]
    public void Unequal_weights_follow_the_differential_equation()
    {
        GradientFlow flow = GradientFlow.FromNormals(3, 64, seed: 5);
        const double Q = 0.2;
        double time = flow.Time(0, Q);
        Vector<double>[] path = RungeKutta.FourthOrder(
            Vector<double>.Build.DenseOfArray(flow.Weights(0)), 0, time, 20_000, (_, v) => Vector<double>.Build.DenseOfArray([v[1] * v[2], v[0] * v[2], v[0] * v[1]]));

        double[] expected = flow.Weights(Q);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, path[^1][i] / expected[i], 1e-6));
    }

    [Fact]
    public void Error_under_sign_initialisation_is_that_of_all_inputs()
    {
        const int Size = 6;
        GradientFlow flow = GradientFlow.FromSigns(3, Size);
        foreach (double q in new[] { 0.1, 0.5, 1.3, 1.9, 2.5 })
        {
            double[] weights = flow.Weights(q);
            double wrong = 0;
            for (int signs = 0; signs < 1 << (Size - 1); signs++)
            {
                int sum = Enumerable.Range(0, Size - 1).Sum(i => 1 - (2 * ((signs >> i) & 1)));
                wrong += weights[0] + (sum / Math.Sqrt(Size)) < 0 ? 1 : 0;
            }

            double advantage = 1 - (2 * wrong / (1 << (Size - 1)));
            Assert.Equal((1 - Math.Pow(advantage, 3)) / 2, flow.Error(q), 1e-9);
        }

        Assert.Equal(0, flow.Error(1.001 * flow.Reach(0)), 1e-9);
        Assert.True(flow.Error(0.999 * flow.Reach(0)) > 0.01);
    }

    [Fact]
    public void The_first_time_of_an_error_is_found()
    {
        GradientFlow flow = GradientFlow.FromNormals(4, 300, seed: 2);

        Assert.Equal(0.3, flow.Error(flow.Reach(0.3)), 1e-9);
        Assert.Equal(0, GradientFlow.FromSigns(3, 300).Reach(0.5));
    }
}
