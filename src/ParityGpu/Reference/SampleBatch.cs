using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>Samples of the target, a parity y = ∏_{i∈S} x_i or a polynomial, drawn one by one from a run's streams (kernels/NUMERICS.md).</summary>
/// <param name="Inputs">[sample][input], each ±1.</param>
/// <param name="Labels">[sample]: the target, ±1 for a parity.</param>
/// <param name="TrainingLabels">[sample]: the labels that are trained on, some of them flipped by noise.</param>
public sealed record SampleBatch(double[][] Inputs, double[] Labels, double[] TrainingLabels)
{
    private const int WordSamples = 32;
    private const int Levels = 32;

    /// <summary>
    /// The B training samples of step <paramref name="step"/> (from 0): numbers step·B … step·B + B − 1 of the run. Fresh samples are those of the
    /// stream; a finite sample's points come in a different order every epoch.
    /// </summary>
    public static SampleBatch Training(Point point, long seed, long step)
    {
        long first = step * point.Batch;
        var permutations = new Dictionary<long, EpochPermutation>();
        long Sample(int b)
        {
            long number = first + b;
            if (point.Samples == 0)
                return number;

            long epoch = number / point.Samples;
            if (!permutations.TryGetValue(epoch, out EpochPermutation? permutation))
                permutations[epoch] = permutation = new EpochPermutation(seed, epoch, point.Samples);

            return permutation[(int)(number % point.Samples)];
        }

        return OfStream(point, seed, point.Batch, Sample);
    }

    /// <summary>All m points of a run's finite sample, in the order of the stream.</summary>
    public static SampleBatch Finite(Point point, long seed) => OfStream(point, seed, point.Samples, b => b);

    /// <summary>
    /// The held-out samples that classify a network after <paramref name="step"/> steps: uniform inputs, whatever the training inputs are.
    /// </summary>
    public static SampleBatch HeldOut(Point point, long seed, long step)
    {
        PlannedTask[] tasks = TaskPlan.Of(point);
        int TaskOf(int sample)
        {
            WordQuad words = RandomStreams.HeldOutTaskWord((ulong)seed, (ulong)step, (uint)(sample / WordSamples), (uint)(sample % WordSamples / 4));
            return Chosen(tasks, words.Word(sample % 4));
        }

        (double[][] inputs, double[] labels) = Draw(point, seed, point.TestSamples, TaskOf, (sample, i) =>
            IsSet(RandomStreams.HeldOutWord((ulong)seed, (ulong)step, (uint)(sample / WordSamples), (uint)i / 4).Word(i % 4), sample % WordSamples));
        return new SampleBatch(inputs, labels, labels);
    }

    /// <summary>The samples of a task for a measurement after <paramref name="step"/> steps.</summary>
    public static SampleBatch OfTask(Point point, long seed, long step, int task)
    {
        int words = (point.TaskSamples + WordSamples - 1) / WordSamples;
        (double[][] inputs, double[] labels) = Draw(point, seed, point.TaskSamples, _ => task, (sample, i) => IsSet(
            RandomStreams.TaskSampleWord((ulong)seed, (ulong)step, (uint)((task * words) + (sample / WordSamples)), (uint)i / 4).Word(i % 4),
            sample % WordSamples));
        return new SampleBatch(inputs, labels, labels);
    }

    /// <summary>Samples of the training stream by number, with its distribution of inputs and its noise.</summary>
    private static SampleBatch OfStream(Point point, long seed, int samples, Func<int, long> numberOf)
    {
        long[] numbers = [.. Enumerable.Range(0, samples).Select(numberOf)];
        RunSettings settings = RunPlan.Settings(point, seed);
        var schedule = point.InputPhases;
        InputSchedule.Phase[] phases = [.. numbers.Select(number => schedule.Last(phase => phase.From <= number / point.Batch))];
        bool[] biased = [.. numbers.Zip(phases, (number, phase) => phase.IsBiased && !Happens(
            RunPlan.Probability(1 - phase.Mixture),
            number,
            level => RandomStreams.MixtureLevels((ulong)seed, (ulong)(number / WordSamples), (uint)level / 4).Word(level % 4)))];
        PlannedTask[] tasks = TaskPlan.Of(point);
        int TaskOf(int sample)
        {
            long number = numbers[sample];
            if (point.TaskBatch == TaskBatch.Equal)
                return (int)(number % point.Batch * point.Tasks.Count / point.Batch);

            if (number < (long)point.SingleSteps * point.Batch)
                number -= number % point.Batch;

            WordQuad words = RandomStreams.TaskWord((ulong)seed, (ulong)(number / WordSamples), (uint)(number % WordSamples / 4));
            return Chosen(tasks, words.Word((int)(number % 4)));
        }

        (double[][] inputs, double[] labels) = Draw(point, seed, samples, TaskOf, (sample, i) =>
        {
            long number = numbers[sample];
            ulong word = (ulong)(number / WordSamples);
            uint uniform = RandomStreams.SampleWord((ulong)seed, word, (uint)i / 4).Word(i % 4);
            return biased[sample]
                ? Happens(
                    RunPlan.Probability(phases[sample].Bias),
                    number,
                    level => level == 0 ? uniform : RandomStreams.InputLevel((ulong)seed, word, (uint)i / 4, level).Word(i % 4))
                : IsSet(uniform, (int)(number % WordSamples));
        });

        bool IsFlipped(long number)
        {
            int bit = (int)(number % WordSamples);
            return RandomStreams.NoiseWord((ulong)seed, (ulong)(number / WordSamples), (uint)(bit / 4)).Word(bit % 4) < settings.Noise;
        }

        return new SampleBatch(inputs, labels, [.. labels.Zip(numbers, (y, number) => IsFlipped(number) ? -y : y)]);
    }

    /// <summary>
    /// Whether an event of probability p·2^−32 happens to a sample: whether p plus the 32-bit
    /// number formed by the sample's bits, level 0's highest, is at least 2^32.
    /// </summary>
    private static bool Happens(uint probability, long sample, Func<int, uint> wordOf)
    {
        ulong number = 0;
        for (int level = 0; level < Levels; level++)
            number = (2 * number) + (IsSet(wordOf(level), (int)(sample % WordSamples)) ? 1u : 0u);

        return number + probability >= 1UL << Levels;
    }

    private static bool IsSet(uint word, int bit) => ((word >> bit) & 1) == 1;

    /// <summary>The task of a random word: the one in whose share of 2^32 it lies.</summary>
    private static int Chosen(PlannedTask[] tasks, uint word)
    {
        double above = 0;
        for (int task = 0; task < tasks.Length - 1; task++)
        {
            above += tasks[task].Frequency;
            if (word < Math.Round(above * Math.Pow(2, 32)))
                return task;
        }

        return tasks.Length - 1;
    }

    /// <summary>Samples whose first n inputs are given; control bits that a task sets are −1, the others +1.</summary>
    private static (double[][] Inputs, double[] Labels) Draw(
        Point point, long seed, int samples, Func<int, int> taskOf, Func<int, int, bool> isNegative)
    {
        int[] subset = RunPlan.Subset(point, seed);
        PlannedTask[] tasks = TaskPlan.Of(point);
        var inputs = new double[samples][];
        double[] labels = new double[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            double[] x = new double[point.Inputs];
            Array.Fill(x, 1);
            for (int i = 0; i < point.N; i++)
                x[i] = isNegative(sample, i) ? -1 : 1;

            PlannedTask? task = tasks.Length > 0 ? tasks[taskOf(sample)] : null;
            foreach (int control in task?.Controls ?? [])
                x[control] = -1;

            inputs[sample] = x;
            int[] relevant = task?.Inputs ?? subset;
            labels[sample] = point.Target.IsParity
                ? Product(x, relevant)
                : point.Target.Monomials.Sum(term => term.Coefficient * Product(x, term.Inputs.Select(input => relevant[input - 1])));
        }

        return (inputs, labels);
    }

    private static double Product(double[] x, IEnumerable<int> inputs) => inputs.Aggregate(1.0, (product, i) => product * x[i]);
}
