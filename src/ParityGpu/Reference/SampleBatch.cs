using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>Samples of the parity y = ∏_{i∈S} x_i, one by one from a run's streams (kernels/NUMERICS.md).</summary>
/// <param name="Inputs">[sample][input], each ±1.</param>
/// <param name="Labels">[sample], each ±1.</param>
public sealed record SampleBatch(double[][] Inputs, double[] Labels)
{
    private const int WordSamples = 32;

    /// <summary>The B training samples of step <paramref name="step"/> (from 0): step·B … step·B + B − 1.</summary>
    public static SampleBatch Training(Point point, long seed, long step)
    {
        ulong first = (ulong)step * (ulong)point.Batch;
        return Draw(point, seed, point.Batch, (sample, block) =>
            (RandomStreams.SampleWord((ulong)seed, (first + (ulong)sample) / WordSamples, (uint)block),
            (int)((first + (ulong)sample) % WordSamples)));
    }

    /// <summary>The held-out samples that classify a network after <paramref name="step"/> steps.</summary>
    public static SampleBatch HeldOut(Point point, long seed, long step) =>
        Draw(point, seed, point.TestSamples, (sample, block) =>
            (RandomStreams.HeldOutWord((ulong)seed, (ulong)step, (uint)(sample / WordSamples), (uint)block),
            sample % WordSamples));

    private static SampleBatch Draw(
        Point point, long seed, int samples, Func<int, int, (PhiloxBlock Words, int Bit)> wordsOf)
    {
        int[] subset = RunPlan.Subset(point, seed);
        var inputs = new double[samples][];
        double[] labels = new double[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            double[] x = new double[point.N];
            for (int i = 0; i < point.N; i++)
            {
                (PhiloxBlock words, int bit) = wordsOf(sample, i / 4);
                x[i] = (words.Word(i % 4) >> bit & 1) == 1 ? -1 : 1;
            }

            inputs[sample] = x;
            labels[sample] = 1;
            foreach (int i in subset)
                labels[sample] *= x[i];
        }

        return new SampleBatch(inputs, labels);
    }
}
