using ParityGpu.Reference;
using ParityGpu.Scheduling;
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
}
