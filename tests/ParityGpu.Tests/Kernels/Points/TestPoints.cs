using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>Points with the settings a test does not care about filled in.</summary>
internal static class TestPoints
{
    public static Point Point(
        int n,
        int k,
        int width,
        int batch,
        double learningRate,
        double weightDecay = 0,
        Init init = Init.XavierUniform,
        SubsetChoice subset = SubsetChoice.First,
        long maxSteps = 1_000_000,
        int testSamples = 8192) =>
        new(n, k, width, batch, learningRate)
        {
            WeightDecay = weightDecay,
            Init = init,
            InitSigma = init is Init.Gaussian or Init.Rademacher ? 0.2 : 0,
            Subset = subset,
            MaxSteps = maxSteps,
            TestSamples = testSamples,
        };
}
