using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class ReferenceTrainerTests
{
    [Fact]
    public void A_small_parity_is_learned_from_every_seed()
    {
        Point point = Points.Relu(10, 2, 20, 32, lr: 0.5) with { MaxSteps = 20_000 };
        for (long seed = 0; seed < 20; seed++)
        {
            RunRecord record = new ReferenceTrainer(point, seed).Run(pointIndex: 7);
            Assert.Equal((7, seed, Outcome.Solved, 1.0), (record.Point, record.Seed, record.Outcome, record.Accuracy));
        }
    }

    /// <summary>A run ends at the first step that satisfies the definition, told here by replaying the run.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(33)]
    public void A_run_ends_at_the_first_clean_stretch_with_a_clean_held_out_check(int batch)
    {
        Point point = Points.Relu(6, 2, 12, batch, lr: 0.1) with { TestSamples = 512 };
        RunRecord record = new ReferenceTrainer(point, seed: 5).Run();
        Assert.Equal(Outcome.Solved, record.Outcome);

        int stretch = batch switch { 1 => 32, 24 => 2, _ => 1 };
        var replay = new ReferenceTrainer(point, seed: 5);
        var clean = new List<bool>();
        long? solved = null;
        while (solved is null)
        {
            clean.Add(replay.Errors(replay.NextBatch()) == 0);
            replay.Step();
            bool cleanStretch = clean.Count >= stretch && clean.TakeLast(stretch).All(isClean => isClean);
            if (cleanStretch && replay.Errors(SampleBatch.HeldOut(point, 5, replay.Steps)) == 0)
                solved = replay.Steps;
        }

        Assert.Equal(solved, record.Steps);
    }

    [Fact]
    public void A_run_out_of_steps_reports_its_accuracy()
    {
        RunRecord record = new ReferenceTrainer(Points.Relu(20, 3, 10, 16) with { MaxSteps = 3 }, seed: 0).Run();

        Assert.Equal((Outcome.Budget, 3L), (record.Outcome, record.Steps));
        Assert.InRange(record.Accuracy, 0.4, 0.6);
    }

    [Fact]
    public void An_absurd_learning_rate_diverges()
    {
        RunRecord record = new ReferenceTrainer(Points.Relu(10, 3, 20, 32, lr: 1e6), seed: 0).Run();

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.InRange(record.Steps, 1, 100);
        Assert.True(double.IsNaN(record.Accuracy));
    }

    [Fact]
    public void A_random_subset_is_learned_too()
    {
        Point point = Points.Relu(10, 2, 20, 32, lr: 0.5) with { Subset = SubsetChoice.Random, MaxSteps = 20_000 };
        Assert.NotEqual([0, 1], RunPlan.Subset(point, 2).Order());
        Assert.Equal(Outcome.Solved, new ReferenceTrainer(point, seed: 2).Run().Outcome);
    }

    /// <summary>With errors allowed a check is due at the end of every ⌈32/B⌉ batches; told here by replaying the run.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(33)]
    public void A_run_with_a_target_ends_at_the_first_good_window_with_a_good_held_out_check(int batch)
    {
        const int Allowed = 51;
        Point point = Points.Relu(6, 2, 12, batch, lr: 0.1) with { TestSamples = 512, TargetAccuracy = 0.9 };
        RunRecord record = new ReferenceTrainer(point, seed: 5).Run();
        Assert.Equal(Outcome.Solved, record.Outcome);

        (int window, int windowAllowed) = batch switch { 1 => (32, 3), 24 => (2, 4), _ => (1, 3) };
        var replay = new ReferenceTrainer(point, seed: 5);
        var errors = new List<int>();
        while (true)
        {
            errors.Add(replay.Errors(replay.NextBatch()));
            replay.Step();
            if (errors.Count % window != 0 || errors.TakeLast(window).Sum() > windowAllowed)
                continue;

            int heldOut = replay.Errors(SampleBatch.HeldOut(point, 5, replay.Steps));
            if (heldOut > Allowed)
                continue;

            Assert.Equal((replay.Steps, 1 - (heldOut / 512.0)), (record.Steps, record.Accuracy));
            return;
        }
    }

    /// <summary>Three hidden layers and 8 steps: layers 1, 2, 3 for steps 0–2, 3–5, 6–7, and the output layer always.</summary>
    [Fact]
    public void Layerwise_training_goes_from_layer_to_layer()
    {
        Point point = Points.Relu(6, 2, 5, 8, lr: 1e-3) with
        {
            Model = Model.Deep,
            Depth = 4,
            Loss = Loss.Correlation,
            WeightDecay = 0.01,
            MaxSteps = 8,
            Train = TrainedLayers.Layerwise,
        };
        var trainer = new ReferenceTrainer(point, seed: 1);
        for (int step = 0; step < 8; step++)
        {
            double[] before = [.. trainer.Parameters];
            int stage = 1 + (step / 3);
            Assert.Equal(stage, trainer.Network.Stage);
            trainer.Step();
            Assert.Equal([stage - 1, 3], ChangedLayers(trainer, before));
        }
    }

    /// <summary>Frozen layers do not even decay (paper, theorem 5).</summary>
    [Theory]
    [InlineData(Model.Mlp)]
    [InlineData(Model.Deep)]
    public void The_output_layer_trains_alone(Model model)
    {
        Point point = Points.Relu(6, 2, 5, 8) with { Model = model, WeightDecay = 0.01, Train = TrainedLayers.Output };
        var trainer = new ReferenceTrainer(point, seed: 1);
        double[] before = [.. trainer.Parameters];
        trainer.Step();

        Assert.Equal([point.Layers - 1], ChangedLayers(trainer, before));
    }

    /// <summary>Noisy labels move the weights, true ones count the errors: a network that knows the parity makes none.</summary>
    [Fact]
    public void Errors_are_counted_on_true_labels_and_the_gradient_is_that_of_the_noisy_ones()
    {
        Point point = (Points.Relu(4, 2, 1, 400, lr: 0.1) with { Model = Model.Polynet, Loss = Loss.Correlation, Noise = 0.25 }).Normalised();
        var trainer = new ReferenceTrainer(point, seed: 1);
        var network = (ProductNetwork)trainer.Network;
        Array.Clear(network.Parameters);
        network.Parameters[network.W(0, 0)] = 1;
        network.Parameters[network.W(1, 1)] = 1;
        SampleBatch batch = trainer.NextBatch();
        int flipped = batch.Labels.Zip(batch.TrainingLabels).Count(pair => pair.First != pair.Second);

        Assert.InRange(flipped, 60, 140);
        Assert.Equal(0, trainer.Errors(batch));
        Assert.Equal(-(400.0 - (2 * flipped)) / 400, trainer.LossAndGradient(batch).Loss, 1e-12);
        Assert.Equal(-(400.0 - (2 * flipped)) / 400, trainer.LossAndGradient(batch).Gradient[network.W(0, 0)], 1e-12);
    }

    public static TheoryData<Point> Learners =>
    [
        .. new[]
        {
            Points.Relu(8, 2, 1, 32, lr: 0.1) with { Model = Model.Polynet, Loss = Loss.Square },
            Points.Relu(8, 2, 1, 32, lr: 0.1) with { Model = Model.DisjointPolynet },
            Points.Relu(8, 2, 10, 32, lr: 0.02) with { Model = Model.Deep, Loss = Loss.Logistic },
            Points.Relu(8, 3, 1, 32, lr: 0.1) with { Activation = Activation.Zigzag, Output = OutputLayer.Fixed, Loss = Loss.Square },
            Points.Relu(8, 2, 20, 32, lr: 0.01) with { Activation = Activation.Sin, Optimizer = Optimizer.Adam },
            Points.Relu(8, 2, 20, 32, lr: 0.1) with { Optimizer = Optimizer.Momentum, Loss = Loss.Logistic },
            Points.Relu(8, 2, 20, 32, lr: 0.01) with { Optimizer = Optimizer.SignSgd },
            Points.Relu(8, 2, 20, 32, lr: 0.01, init: Init.Torch) with { Optimizer = Optimizer.Adamw, WeightDecay = 0.1, Loss = Loss.Logistic, Logits = 2 },
            Points.Relu(8, 8, 100, 32, lr: 0.1, init: Init.Rademacher),
            Points.Relu(8, 2, 20, 32, lr: 0.1, init: Init.Sparse) with { Samples = 250 },
            Points.Relu(8, 2, 100, 32, lr: 0.02) with { Noise = 0.1, TargetAccuracy = 0.95 },
        }.Select(point => (point with { MaxSteps = 5000, TestSamples = 512 }).Normalised()),
    ];

    [Theory]
    [MemberData(nameof(Learners))]
    public void Every_kind_of_training_learns_a_small_parity(Point point)
    {
        RunRecord[] records = [.. Enumerable.Range(0, 3).Select(seed => new ReferenceTrainer(point, seed).Run())];

        Assert.Contains(records, record => record.Outcome == Outcome.Solved);
    }

    private static IEnumerable<int> ChangedLayers(ReferenceTrainer trainer, double[] before) =>
        Enumerable.Range(0, before.Length)
            .Where(p => trainer.Parameters[p] != before[p])
            .Select(trainer.Network.Layer)
            .Distinct()
            .Order();
}
