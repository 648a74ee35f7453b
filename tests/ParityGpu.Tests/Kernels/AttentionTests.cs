using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;
using Losses = ParityGpu.Reference.Losses;

namespace ParityGpu.Tests.Kernels;

/// <summary>The transformer's kernels against plain attention in double precision, and against themselves without vectors.</summary>
public sealed class AttentionTests : IDisposable
{
    private readonly Device device = DeviceCatalog.OpenCpu(2);

    public void Dispose() => device.Dispose();

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void The_reference_s_gradient_is_the_loss_s(Loss name)
    {
        var point = Small(5, 2, 6) with { DEmb = 3, Heads = 2, DAttn = 2, Width = 4 };
        var reference = new ReferenceTransformer(point, Losses.Named(name));
        double[] parameters = Initial(point, 3, reference);
        var batch = SampleBatch.Training(point, 3, 0);
        double[] gradient = reference.LossAndGradient(parameters, batch).Gradient;
        const double Step = 1e-6;
        for (int p = 0; p < parameters.Length; p++)
        {
            double[] there = [.. parameters];
            double[] back = [.. parameters];
            there[p] += Step;
            back[p] -= Step;
            double difference = reference.LossAndGradient(there, batch).Loss - reference.LossAndGradient(back, batch).Loss;
            Assert.Equal(difference / (2 * Step), gradient[p], 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(AllLosses))]
    public void One_step_goes_down_the_reference_s_gradient(Loss name)
    {
        var points = new[]
        {
            Small(10, 2, 32),
            Small(5, 2, 1) with { DEmb = 3, Heads = 2, DAttn = 2, Width = 5 },
            Small(7, 3, 131) with { DEmb = 20, Heads = 3, DAttn = 7, Width = 17 },
            Small(33, 3, 40) with { DEmb = 16, Heads = 17, DAttn = 1, Width = 33, Init = Init.Torch },
            // Exponentials from 1 down to e^−20.
            Small(12, 3, 64) with { DEmb = 64, Heads = 2, DAttn = 4, Init = Init.KaimingNormal },
            Small(1, 1, 3) with { DEmb = 1, Heads = 1, DAttn = 1, Width = 1, Init = Init.KaimingNormal },
        };
        foreach (var point in points.Select(point => point with { Loss = name, Subset = SubsetChoice.Random }))
        {
            // A step so large that the old parameters do not blur the difference.
            var stepped = point with { LearningRate = 1e6 };
            var shape = BankShape.Of(point);
            var reference = new ReferenceTransformer(point, Losses.Named(name));
            double[] before = Initial(point, 5, reference);
            using var bank = new SlotBank(device, shape, 1);
            bank.Load(0, stepped, 5);
            bank.Launch(1);
            double[] after = reference.Read(bank.ReadWeights(0), shape.Launch(1));
            double[] expected = reference.LossAndGradient(before, SampleBatch.Training(point, 5, 0)).Gradient;
            double[] found = [.. after.Zip(before, (a, b) => (b - a) / stepped.LearningRate)];
            double size = Math.Sqrt(expected.Sum(g => g * g));
            double error = Math.Sqrt(expected.Zip(found, (e, f) => (e - f) * (e - f)).Sum());
            Assert.True(error <= 1e-5 * size, $"{point}: relative error {error / size}");
            for (int p = 0; p < expected.Length; p++)
                Assert.Equal(expected[p], found[p], (1e-4 * Math.Abs(expected[p])) + (1e-6 * size));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void The_gradient_is_right_late_in_training(double learningRate)
    {
        const int Steps = 2000;
        const double Factor = 1e7;
        var point = Small(14, 5, 32) with
        {
            Width = 8,
            Loss = Loss.Logistic,
            LearningRate = learningRate,
            Schedule = Schedule.TryParse($"0=1,{Steps}={Factor}")!,
        };
        var shape = BankShape.Of(point);
        var reference = new ReferenceTransformer(point, Losses.Named(point.Loss));
        using var bank = new SlotBank(device, shape, 1);
        bank.Load(0, point, 8);
        bank.Launch(Steps);
        double[] before = reference.Read(bank.ReadWeights(0), shape.Launch(1));
        bank.Launch(1);
        Assert.Equal(Steps + 1, bank.States[0].Steps);
        double[] after = reference.Read(bank.ReadWeights(0), shape.Launch(1));
        double[] expected = reference.LossAndGradient(before, SampleBatch.Training(point, 8, Steps)).Gradient;
        double size = Math.Sqrt(expected.Sum(g => g * g));
        for (int p = 0; p < expected.Length; p++)
            Assert.Equal(expected[p], (before[p] - after[p]) / (learningRate * Factor), (1e-4 * Math.Abs(expected[p])) + (1e-5 * size));
    }

    [Fact]
    public void Outputs_are_right_after_large_steps_of_adam()
    {
        var point = Small(20, 3, 32) with { Width = 100, Loss = Loss.Logistic, LearningRate = 3e-3, Optimizer = Optimizer.Adam };
        var shape = BankShape.Of(point);
        var reference = new ReferenceTransformer(point, Losses.Named(point.Loss));
        using var bank = new SlotBank(device, shape, 1);
        bank.Load(0, point, 0);
        for (int steps = 500; steps <= 2000; steps += 500)
        {
            bank.Launch(500);
            double[] parameters = reference.Read(bank.ReadWeights(0), shape.Launch(1));
            double expected = reference.LossAndGradient(parameters, SampleBatch.Training(point, 0, steps)).Loss;
            Assert.Equal(expected, bank.Measure([MeasureRequest.Progress])[0].TrainLoss, 1e-4);
        }
    }

    [Theory]
    [InlineData(Optimizer.Sgd, Loss.Hinge, 32)]
    [InlineData(Optimizer.Momentum, Loss.Square, 5)]
    [InlineData(Optimizer.Adam, Loss.Logistic, 140)]
    [InlineData(Optimizer.SignSgd, Loss.Correlation, 33)]
    public void Vectors_do_not_change_a_bit(Optimizer optimizer, Loss loss, int batch)
    {
        foreach (var train in new[] { TrainedLayers.All, TrainedLayers.Output })
        {
            var point = Small(9, 2, batch) with
            {
                DEmb = 19,
                Heads = 3,
                DAttn = 6,
                Width = 21,
                Optimizer = optimizer,
                Loss = loss,
                LearningRate = 0.003,
                Train = train,
                MaxSteps = 60,
                TestSamples = 100,
                Noise = 0.1,
            };
            using var wide = new SlotBank(device, BankShape.Of(point), 2);
            using var scalar = new SlotBank(device, BankShape.Of(point), 2, CpuVectors.None);
            foreach (var bank in new[] { wide, scalar })
            {
                bank.Load(0, point, 1);
                bank.Load(1, point, 2);
                for (int launch = 0; launch < 10; launch++)
                    bank.Launch(7);
            }

            for (int slot = 0; slot < 2; slot++)
            {
                Assert.Equal(scalar.States[slot], wide.States[slot]);
                Assert.All(wide.ReadWeights(slot), weight => Assert.True(float.IsFinite(weight)));
                Assert.Equal(scalar.ReadWeights(slot), wide.ReadWeights(slot));
            }
        }
    }

    [Fact]
    public void Training_the_output_freezes_the_rest()
    {
        var point = Small(9, 2, 20) with { Train = TrainedLayers.Output, LearningRate = 0.1, WeightDecay = 0.01 };
        var shape = BankShape.Of(point).Launch(1);
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, 1);
        bank.Launch(0);
        float[] before = bank.ReadWeights(0);
        bank.Launch(5);
        float[] after = bank.ReadWeights(0);
        Assert.Equal(before.AsSpan((int)AttentionLayout.Embeddings(shape)), after.AsSpan((int)AttentionLayout.Embeddings(shape)));
        for (int j = 0; j < point.Width; j++)
        {
            Assert.NotEqual(before[FirstLayerLayout.Index(point.DEmb, j, point.DEmb + 1)], after[FirstLayerLayout.Index(point.DEmb, j, point.DEmb + 1)]);
            for (int row = 0; row <= point.DEmb; row++)
                Assert.Equal(before[FirstLayerLayout.Index(point.DEmb, j, row)], after[FirstLayerLayout.Index(point.DEmb, j, row)]);
        }
    }

    [Fact]
    public void Most_seeds_learn_a_parity_of_two()
    {
        var point = Small(10, 2, 32) with { Optimizer = Optimizer.Adam, LearningRate = 1e-3, MaxSteps = 20_000, TestSamples = 1024 };
        const int Seeds = 6;
        using var bank = new SlotBank(device, BankShape.Of(point), Seeds);
        for (int seed = 0; seed < Seeds; seed++)
            bank.Load(seed, point, seed);

        do
            bank.Launch(500);
        while (bank.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));

        int solved = bank.States.ToArray().Count(state => state.Status == (int)RunStatus.Solved);
        Assert.True(solved > Seeds / 2, string.Join(' ', bank.States.ToArray().Select(state => $"{(RunStatus)state.Status}@{state.Steps}")));
    }

    [Fact]
    public void Measurements_look_at_positions()
    {
        var point = Small(8, 2, 32) with { Optimizer = Optimizer.Adam, LearningRate = 0.01, TestSamples = 64 };
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, 4);
        bank.Launch(3);
        float[] weights = bank.ReadWeights(0);
        var measure = bank.Measure([MeasureRequest.ProgressAndGap])[0];
        Assert.True(float.IsNaN(measure.Gap));
        Assert.InRange(measure.MovementRelevant, 1e-3f, measure.Movement);
        Assert.InRange(measure.MovementIrrelevant, 1e-3f, measure.Movement);
        var reference = new ReferenceTransformer(point, Losses.Named(point.Loss));
        double expected = reference.LossAndGradient(
            reference.Read(weights, BankShape.Of(point).Launch(1)), SampleBatch.Training(point, 4, 3)).Loss;
        Assert.Equal(expected, measure.TrainLoss, 1e-5);
    }

    public static TheoryData<Loss> AllLosses => new(Enum.GetValues<Loss>());

    private static Point Small(int n, int k, int batch) =>
        TestPoints.Point(n, k, 32, batch, 0.1) with { Model = Model.Transformer };

    private double[] Initial(Point point, long seed, ReferenceTransformer reference)
    {
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, seed);
        bank.Launch(0);
        return reference.Read(bank.ReadWeights(0), BankShape.Of(point).Launch(1));
    }
}
