using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT bodies on ILGPU's simulated threads, without a GPU's backend.</summary>
public sealed class SimulatedTests
{
    [Fact]
    public void A_run_of_the_general_path_ends_as_the_canon_says() =>
        AssertCanonical(GeneralPoints.Trainings().First() with { K = 5, MaxSteps = 3, TestSamples = 40, Width = 5 }, KernelPath.General);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Steps_of_a_narrow_network_have_the_bits_of_the_canon(int width) =>
        AssertCanonical(
            TestPoints.Point(6, 2, width, 33, learningRate: 0.1, maxSteps: 3, testSamples: 40) with { Loss = Loss.Logistic, Activation = Activation.Sin },
            KernelPath.General);

    [Fact]
    public void Steps_of_the_counting_path_have_the_bits_of_the_canon() =>
        AssertCanonical(TestPoints.Point(5, 2, 18, 33, learningRate: 1, subset: SubsetChoice.Random, maxSteps: 2, testSamples: 64), KernelPath.Counts);

    private static void AssertCanonical(Point point, KernelPath path)
    {
        const long Seed = 3;
        Assert.Equal(path, BankShape.Of(point).Path);
        var oracle = new CanonicalNet(point, Seed);
        var (state, weights) = SimulatedGroup.Train(point, Seed, 10);
        Assert.Equal(oracle.Run(10), state);
        Assert.Equal(oracle.Weights, weights);
    }
}
