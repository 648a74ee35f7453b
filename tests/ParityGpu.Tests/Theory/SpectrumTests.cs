using System.Numerics;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Specs;
using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Theory;

/// <summary>What must hold of enumeration and transform on every device.</summary>
internal static class SpectrumChecks
{
    /// <summary>The transform against sums over all inputs, for every number of stages left over by fours, and Parseval.</summary>
    public static void TransformIsTheSum(Device device, Precision precision, double tolerance)
    {
        for (int n = 1; n <= 9; n++)
        {
            var random = new Random(n);
            double[] values = [.. Enumerable.Range(0, 1 << n).Select(_ => random.NextDouble() - 0.5)];
            using var spectrum = Spectrum.Allocate(device, n, precision);
            spectrum.Load(values);
            spectrum.Transform();
            double[] found = spectrum.Coefficients([.. Enumerable.Range(0, 1 << n)]);

            for (int set = 0; set < found.Length; set++)
            {
                double expected = values.Index()
                    .Average(value => BitOperations.PopCount((uint)(value.Index & set)) % 2 == 0 ? value.Item : -value.Item);
                Assert.Equal(expected, found[set], tolerance);
            }

            Assert.Equal(values.Average(value => value * value), found.Sum(c => c * c), tolerance);
        }
    }

    /// <summary>Gradients of every activation and initialisation against sums over all inputs with the reference's formulas.</summary>
    public static void GradientsAreTheSums(Device device, Precision precision, double tolerance)
    {
        const int N = 9;
        using var spectrum = Spectrum.Allocate(device, N, precision);
        foreach (NeuronActivation activation in Enum.GetValues<NeuronActivation>())
        {
            foreach ((Init init, int k) in new[] { (Init.Sign, 2), (Init.XavierUniform, 3), (Init.KaimingNormal, 4), (Init.Torch, 5) })
            {
                Neuron neuron = Neuron.Initial(activation, N, k, 10, init, seed: 7, withBias: init != Init.Sign);
                PopulationGradient gradient = PopulationGradient.Of(spectrum, neuron);

                for (int i = 0; i < N; i++)
                    Assert.Equal(Gradient(neuron, activation, i), gradient.Gradient[i], tolerance);
            }
        }
    }

    /// <summary>E[y σ′(w·x + b) x_i] by enumeration.</summary>
    private static double Gradient(Neuron neuron, NeuronActivation activation, int i)
    {
        int n = neuron.Weights.Count;
        double total = 0;
        for (int input = 0; input < 1 << n; input++)
        {
            double[] x = [.. Enumerable.Range(0, n).Select(j => (input >> j) % 2 == 0 ? 1.0 : -1.0)];
            double z = neuron.Bias + neuron.Weights.Zip(x, (w, xj) => w * xj).Sum();
            total += x[..neuron.K].Aggregate(1.0, (a, b) => a * b) * x[i] * Slope(activation, neuron.K, z);
        }

        return total / (1 << n);
    }

    private static double Slope(NeuronActivation activation, int k, double z)
    {
        switch (activation)
        {
            case NeuronActivation.Relu:
                return z > 0 ? 1 : 0;
            case NeuronActivation.Majority:
                return z > 0 ? 1 : -1;
            case NeuronActivation.Power:
                return k * Math.Pow(z, k - 1);
            case NeuronActivation.Sin:
                return Math.Cos(z + ((1 - k) * Math.PI / 2));
            case NeuronActivation.Polynomial:
                return (Interpolated(k, z + 1e-4) - Interpolated(k, z - 1e-4)) / 2e-4;
            default:
                // From one integer of k's parity to the next the wave goes between 1 and −1, downwards from the even ones.
                int left = (int)Math.Floor(z);
                left -= Math.Abs(left - k) % 2;
                left = activation == NeuronActivation.Zigzag ? Math.Clamp(left, -k, k - 2) : left;
                return (k - left) / 2 % 2 == 0 ? -1 : 1;
        }
    }

    /// <summary>Lagrange's polynomial through the parity's values at the k + 1 possible sums.</summary>
    private static double Interpolated(int k, double z)
    {
        double total = 0;
        for (int m = 0; m <= k; m++)
        {
            double term = (k - m) % 2 == 0 ? 1 : -1;
            for (int other = 0; other <= k; other++)
                term *= other == m ? 1 : (z + k - (2 * other)) / (2.0 * (m - other));

            total += term;
        }

        return total;
    }
}

public sealed class SpectrumTests : IDisposable
{
    private readonly Device cpu = DeviceCatalog.OpenCpu(null);

    public void Dispose() => cpu.Dispose();

    [Fact]
    public void The_transform_is_the_sum_over_all_inputs()
    {
        SpectrumChecks.TransformIsTheSum(cpu, Precision.Fp64, 1e-15);
        SpectrumChecks.TransformIsTheSum(cpu, Precision.Fp32, 1e-7);
    }

    [Fact]
    public void Gradients_are_sums_over_all_inputs()
    {
        SpectrumChecks.GradientsAreTheSums(cpu, Precision.Fp64, 1e-7);
        SpectrumChecks.GradientsAreTheSums(cpu, Precision.Fp32, 2e-4);
    }

    [Theory]
    [InlineData(2, 99.0 / 512)]
    [InlineData(4, 3.0 / 256)]
    [InlineData(6, 1.0 / 512)]
    public void Enumeration_has_the_gaps_of_the_closed_form_to_the_last_bit(int k, double gap)
    {
        using var spectrum = Spectrum.Allocate(cpu, 15, Precision.Auto);
        foreach (long seed in new[] { 0, 1, 2 })
        {
            Neuron neuron = Neuron.Initial(NeuronActivation.Majority, 15, k, 100, Init.Sign, seed, withBias: false);
            Assert.Equal(gap, PopulationGradient.Of(spectrum, neuron).Gap);
        }
    }

    /// <summary>With a bias of the weights' size the slope is a threshold at 0 or 1: z = 0 is found exactly and counts as not above 0.</summary>
    [Fact]
    public void Biased_sign_neurons_have_the_coefficients_of_thresholds()
    {
        const int N = 20;
        using var spectrum = Spectrum.Allocate(cpu, N, Precision.Auto);
        double[] weights = [.. Enumerable.Repeat((double)0.3f, N)];
        foreach ((double bias, int theta) in new[] { (0.0, 0), (2 * (double)0.3f, -2), (-2 * (double)0.3f, 2) })
        {
            var neuron = new Neuron(NeuronActivation.Relu, 4, weights, bias);
            PopulationGradient gradient = PopulationGradient.Of(spectrum, neuron);

            Assert.All(Enumerable.Range(0, N), i => Assert.Equal(
                FourierCoefficients.Threshold(N, theta, i < 4 ? 3 : 5).ToDouble(), gradient.Gradient[i]));
            Assert.Equal(FourierCoefficients.Threshold(N, theta, 4).ToDouble(), gradient.AtSubset);
        }
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Fp64)]
    public void Parseval_holds_for_20_inputs(Precision precision)
    {
        const int N = 20;
        using var spectrum = Spectrum.Allocate(cpu, N, precision);
        spectrum.Evaluate(Neuron.Initial(NeuronActivation.Relu, N, 3, 100, Init.XavierUniform, seed: 1, withBias: true));
        spectrum.Transform();
        double[] coefficients = spectrum.Coefficients([.. Enumerable.Range(0, 1 << N)]);

        // The slope is 0 or 1, so that its mean is its mean square.
        Assert.Equal(coefficients[0], coefficients.Sum(c => c * c), 1e-6);
    }

    [Fact]
    public void Kernels_compile_for_nvidia_without_local_memory()
    {
        string ptx = PtxCompiler.Compile(
            typeof(WalshHadamard).GetMethod(nameof(WalshHadamard.Sixteen))!.MakeGenericMethod(typeof(double)),
            "SM_80",
            implicitlyGrouped: true);
        string slopes = PtxCompiler.Compile(
            typeof(WalshHadamard).GetMethod(nameof(WalshHadamard.Slopes))!.MakeGenericMethod(typeof(double), typeof(DoublePrecision)),
            "SM_80",
            implicitlyGrouped: true);

        Assert.Contains("add.rn.f64", ptx);
        Assert.DoesNotContain(".local", ptx);
        Assert.DoesNotContain(".local", slopes);
    }
}
