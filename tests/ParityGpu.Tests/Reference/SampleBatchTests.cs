using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class SampleBatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(33)]
    [InlineData(100)]
    public void Batches_are_windows_of_one_stream_whatever_their_size(int batch)
    {
        const int Samples = 3300;
        Point whole = Points.Relu(7, 3, 1, Samples);
        SampleBatch stream = SampleBatch.Training(whole, 11, 0);

        Point windows = whole with { Batch = batch };
        for (int step = 0; step < Samples / batch; step++)
        {
            SampleBatch window = SampleBatch.Training(windows, 11, step);
            Assert.Equal(stream.Inputs[(step * batch)..((step + 1) * batch)], window.Inputs);
            Assert.Equal(stream.Labels[(step * batch)..((step + 1) * batch)], window.Labels);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Labels_are_the_parity_of_the_relevant_inputs_and_balanced(int k)
    {
        const int Samples = 40_000;
        SampleBatch batch = SampleBatch.Training(Points.Relu(9, k, 1, Samples), 2, 0);

        for (int b = 0; b < Samples; b++)
        {
            int negatives = batch.Inputs[b].Take(k).Count(x => x == -1);
            Assert.Equal(negatives % 2 == 0 ? 1 : -1, batch.Labels[b]);
        }

        AssertBalanced(batch.Labels);
    }

    [Fact]
    public void Inputs_are_balanced_and_pairwise_uncorrelated()
    {
        const int Samples = 40_000;
        const int Inputs = 10;
        SampleBatch batch = SampleBatch.Training(Points.Relu(Inputs, 3, 1, Samples), 2, 0);

        for (int i = 0; i < Inputs; i++)
        {
            AssertBalanced(batch.Inputs.Select(x => x[i]));
            for (int other = 0; other < i; other++)
                AssertBalanced(batch.Inputs.Select(x => x[i] * x[other]));
        }
    }

    [Fact]
    public void Held_out_samples_are_balanced_and_differ_from_step_to_step_and_from_the_training_samples()
    {
        Point point = Points.Relu(12, 3, 1, 8192);
        SampleBatch training = SampleBatch.Training(point, 6, 0);
        SampleBatch first = SampleBatch.HeldOut(point, 6, 1);
        SampleBatch second = SampleBatch.HeldOut(point, 6, 2);

        Assert.Equal(8192, first.Labels.Length);
        AssertBalanced(first.Labels);
        AssertBalanced(Products(first, second));
        AssertBalanced(Products(first, training));
    }

    /// <summary>The number of flips is binomial, within 4.5 standard deviations; flips do not depend on label or input.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    public void Noise_flips_labels_at_its_rate(double noise)
    {
        const int Samples = 40_000;
        Point point = Points.Relu(6, 2, 1, Samples) with { Noise = noise };
        SampleBatch batch = SampleBatch.Training(point, 4, 0);
        bool[] flipped = [.. batch.Labels.Zip(batch.TrainingLabels, (y, trained) => y != trained)];
        double deviation = Math.Sqrt(Samples * noise * (1 - noise));

        Assert.Equal(SampleBatch.Training(point with { Noise = 0 }, 4, 0).Labels, batch.Labels);
        Assert.All(batch.TrainingLabels, label => Assert.Equal(1, Math.Abs(label)));
        Assert.InRange(flipped.Count(isFlipped => isFlipped), (Samples * noise) - (4.5 * deviation), (Samples * noise) + (4.5 * deviation));
        AssertFlipsAreIndependentOf(batch.Labels);
        for (int i = 0; i < 6; i++)
            AssertFlipsAreIndependentOf([.. batch.Inputs.Select(x => x[i])]);

        void AssertFlipsAreIndependentOf(double[] signs)
        {
            double sum = signs.Zip(flipped, (sign, isFlipped) => isFlipped ? sign : 0).Sum();
            Assert.InRange(sum, -4.5 * Math.Sqrt(Samples * noise), 4.5 * Math.Sqrt(Samples * noise));
        }
    }

    /// <summary>Inputs are −1 at the rate of the mixture, and two inputs of a sample vary together as far as its being biased makes them.</summary>
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.01, 0.3)]
    [InlineData(0.75, 0.5)]
    [InlineData(0, 0.25)]
    [InlineData(1, 1)]
    public void Inputs_of_a_mixture_are_negative_at_its_rate(double bias, double mixture)
    {
        const int Samples = 12_000;
        const int Inputs = 5;
        SampleBatch batch = SampleBatch.Training(Points.Relu(Inputs, 2, 1, Samples) with { InputBias = bias, Mixture = mixture }, 4, 0);
        double mean = mixture * (1 - (2 * bias));
        double product = mixture * Math.Pow(1 - (2 * bias), 2);

        for (int i = 0; i < Inputs; i++)
        {
            AssertMean(mean, batch.Inputs.Select(x => x[i]));
            for (int other = 0; other < i; other++)
                AssertMean(product, batch.Inputs.Select(x => x[i] * x[other]));
        }

        AssertMean(product, batch.Inputs.Zip(batch.Labels, (x, y) => y));
        AssertMean(mean * mean, batch.Inputs.Zip(batch.Inputs.Skip(1), (x, next) => x[0] * next[0]));

        static void AssertMean(double expected, IEnumerable<double> signs) =>
            Assert.InRange(signs.Average(), expected - Allowance(expected), expected + Allowance(expected));

        static double Allowance(double expected) => 4.5 * Math.Sqrt((1 - (expected * expected) + 1e-9) / Samples);
    }

    [Fact]
    public void A_mixture_leaves_its_uniform_samples_and_all_held_out_ones_as_they_are()
    {
        Point uniform = Points.Relu(20, 3, 1, 400);
        Point mixed = uniform with { InputBias = 0.1, Mixture = 0.3 };
        SampleBatch before = SampleBatch.Training(uniform, 4, 0);
        SampleBatch after = SampleBatch.Training(mixed, 4, 0);
        int same = before.Inputs.Zip(after.Inputs).Count(pair => pair.First.SequenceEqual(pair.Second));

        Assert.InRange(same, 400 * 0.6, 400 * 0.8);
        Assert.Equal(before.Inputs, SampleBatch.Training(mixed with { Mixture = 0 }, 4, 0).Inputs);
        Assert.Equal(SampleBatch.HeldOut(uniform, 4, 3).Inputs, SampleBatch.HeldOut(mixed, 4, 3).Inputs);
        for (int step = 0; step < 6; step++)
        {
            double[][] inputs = SampleBatch.Training(mixed with { Batch = 50, BiasedSteps = 3 }, 4, step).Inputs;
            Assert.Equal((step < 3 ? after : before).Inputs[(50 * step)..(50 * (step + 1))], inputs);
        }

        Point curriculum = uniform with { Batch = 50, InputSchedule = InputSchedule.TryParse("0=0.5,2=0.1:0.3,4=0.7")! };
        SampleBatch last = SampleBatch.Training(uniform with { InputBias = 0.7 }, 4, 0);
        for (int step = 0; step < 6; step++)
        {
            SampleBatch phase = step < 2 ? before : step < 4 ? after : last;
            Assert.Equal(phase.Inputs[(50 * step)..(50 * (step + 1))], SampleBatch.Training(curriculum, 4, step).Inputs);
        }

        Assert.Equal(after.Inputs, SampleBatch.Finite(mixed with { Samples = 400 }, 4).Inputs);
    }

    [Fact]
    public void Samples_have_their_task_s_control_bits_and_label_as_often_as_its_frequency_says()
    {
        const int Count = 5000;
        Point point = (Points.Relu(8, 2, 1, Count) with { Tasks = TaskList.TryParse("7")!, Zipf = 0.3, TestSamples = Count }).Normalised();
        PlannedTask[] tasks = TaskPlan.Of(point);
        foreach (SampleBatch batch in new[] { SampleBatch.Training(point, 3, 2), SampleBatch.HeldOut(point, 3, 2), SampleBatch.Finite(point with { Samples = Count }, 3) })
        {
            int[] found = new int[tasks.Length];
            foreach ((double[] x, double y) in batch.Inputs.Zip(batch.Labels))
            {
                int control = Assert.Single(Enumerable.Range(8, 7), input => x[input] == -1);
                Assert.Equal(tasks[control - 8].Inputs.Aggregate(1.0, (product, input) => product * x[input]), y);
                found[control - 8]++;
            }

            double chi = tasks.Zip(found, (task, count) => Math.Pow(count - (task.Frequency * Count), 2) / (task.Frequency * Count)).Sum();
            Assert.InRange(chi, 0, 28);
        }
    }

    [Fact]
    public void Equal_tasks_have_the_same_number_of_samples_in_every_batch()
    {
        Point point = (Points.Relu(5, 2, 1, 12) with { Tasks = TaskList.TryParse("c1:x1+c2:x2+c1c2:x1x2")!, TaskBatch = TaskBatch.Equal }).Normalised();
        for (int step = 0; step < 3; step++)
        {
            double[][] x = SampleBatch.Training(point, 1, step).Inputs;
            Assert.Equal([.. Enumerable.Repeat((-1.0, 1.0), 4), .. Enumerable.Repeat((1.0, -1.0), 4), .. Enumerable.Repeat((-1.0, -1.0), 4)], x.Select(sample => (sample[5], sample[6])));
        }

        Assert.All(SampleBatch.OfTask(point, 1, 0, 2).Inputs, x => Assert.Equal((-1.0, -1.0), (x[5], x[6])));
    }

    [Fact]
    public void First_batches_are_of_one_task_each_as_often_as_it_is_drawn_and_later_ones_are_mixed()
    {
        const int Steps = 2000;
        Point point = (Points.Relu(4, 2, 1, 5) with { Tasks = TaskList.TryParse("c1:x1+3c2:x2")!, SingleSteps = Steps }).Normalised();
        bool[][] second = [.. Enumerable.Range(0, 2 * Steps).Select(step => SampleBatch.Training(point, 1, step).Inputs.Select(x => x[5] < 0).ToArray())];

        Assert.All(second[..Steps], batch => Assert.Single(batch.Distinct()));
        Assert.InRange(second[..Steps].Count(batch => batch[0]), (0.75 * Steps) - 77, (0.75 * Steps) + 77);
        Assert.InRange(second[Steps..].Count(batch => batch.Distinct().Count() == 2), Steps / 2, Steps);
    }

    [Fact]
    public void Noise_belongs_to_the_sample_whatever_the_batch_and_spares_held_out_samples()
    {
        Point point = Points.Relu(6, 2, 1, 120) with { Noise = 0.4 };
        double[] labels = SampleBatch.Training(point, 4, 0).TrainingLabels;
        SampleBatch heldOut = SampleBatch.HeldOut(point, 4, 3);

        Assert.Equal(labels, Enumerable.Range(0, 40).SelectMany(step => SampleBatch.Training(point with { Batch = 3 }, 4, step).TrainingLabels));
        Assert.Equal(labels, SampleBatch.Finite(point with { Samples = 120 }, 4).TrainingLabels);
        Assert.Equal(heldOut.Labels, heldOut.TrainingLabels);
    }

    private static IEnumerable<double> Products(SampleBatch a, SampleBatch b) =>
        a.Inputs.Zip(b.Inputs, (x, y) => x.Zip(y, (p, q) => p * q)).SelectMany(p => p);

    /// <summary>The sum of N fair signs stays within 4.5 standard deviations √N.</summary>
    private static void AssertBalanced(IEnumerable<double> signs)
    {
        double[] all = [.. signs];
        Assert.True(all.All(sign => Math.Abs(sign) == 1));
        Assert.InRange(all.Sum(), -4.5 * Math.Sqrt(all.Length), 4.5 * Math.Sqrt(all.Length));
    }
}
