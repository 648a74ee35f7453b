using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;

namespace ParityGpu.Tests.Reference;

/// <summary>The canon's float arithmetic and population counts against double precision and the chain rule.</summary>
public sealed class CanonAgainstReferenceTests
{
    /// <summary>
    /// Signs only with even n: n + 1 equal terms, odd n, sum to zero for many samples, and there the sign of z, and so
    /// the gradient of ReLU, is a matter of rounding.
    /// </summary>
    public static TheoryData<Point> Trainings =>
    [
        Points.Relu(5, 2, 7, 1, lr: 0.1),
        Points.Relu(5, 2, 33, 32, lr: 1),
        Points.Relu(30, 3, 100, 24, lr: 0.5, init: Init.KaimingNormal),
        Points.Relu(10, 3, 20, 33, lr: 0.3, init: Init.Torch),
        Points.Relu(12, 3, 16, 100, init: Init.Sign),
        Points.Relu(1, 1, 1, 5),
        Points.Relu(17, 2, 50, 32) with { WeightDecay = 0.01 },
        Points.Relu(8, 3, 10, 1, lr: 0.2) with { WeightDecay = 0.1, Subset = SubsetChoice.Random },
        Points.Relu(14, 3, 20, 32, init: Init.Gaussian),
        Points.Relu(14, 14, 20, 32, lr: 0.1, init: Init.Rademacher),
    ];

    /// <summary>Two logits and AdamW, with ε above the noise of rounding.</summary>
    public static TheoryData<Point> GeneralTrainings =>
    [
        Points.Relu(10, 3, 20, 33, init: Init.Torch) with { Loss = Loss.Logistic, Logits = 2, WeightDecay = 0.01 },
        Points.Relu(10, 3, 20, 33, lr: 0.01) with { Loss = Loss.Logistic, Logits = 2, Optimizer = Optimizer.Adamw, WeightDecay = 0.5, Epsilon = 1e-3 },
        Points.Relu(9, 2, 12, 16, lr: 0.02, init: Init.Torch) with { Model = Model.Deep, Loss = Loss.Logistic, Logits = 2, Optimizer = Optimizer.Momentum },
        Points.Relu(10, 3, 20, 33, lr: 0.01) with
        {
            Loss = Loss.Square, Optimizer = Optimizer.Adamw, WeightDecay = 0.5, Epsilon = 1e-3, Schedule = Schedule.TryParse("0=1,5=2@0.1,9=0.5")!,
        },
    ];

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Parameters_agree_after_20_steps(Point point)
    {
        for (long seed = 0; seed < 5; seed++)
        {
            var reference = new ReferenceTrainer(point, seed);
            var canon = new CanonicalNet(point, seed, KernelPath.Counts);
            for (int step = 0; step < 20; step++)
            {
                reference.Step();
                canon.Step();
            }

            float[] actual = canon.Weights;
            for (int p = 0; p < reference.Parameters.Length; p++)
                AssertClose(reference.Parameters[p], actual[reference.Network.Place(p)]);
        }
    }

    [Theory]
    [MemberData(nameof(GeneralTrainings))]
    public void Parameters_of_the_general_path_agree_after_20_steps(Point point)
    {
        for (long seed = 0; seed < 3; seed++)
        {
            var reference = new ReferenceTrainer(point, seed);
            var canon = new CanonicalNet(point, seed);
            for (int step = 0; step < 20; step++)
            {
                reference.Step();
                canon.Step();
            }

            double[] expected = reference.Network.InLayout();
            Assert.All(canon.Weights.Index(), weight => AssertClose(expected[weight.Index], weight.Item));
        }
    }

    /// <summary>Rounding does not grow enough in so short runs to move their end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(33)]
    public void Short_runs_end_at_the_same_step(int batch)
    {
        Point point = Points.Relu(6, 2, 12, batch, lr: 0.1) with { TestSamples = 512, MaxSteps = 400 };
        for (long seed = 0; seed < 8; seed++)
        {
            RunRecord expected = new ReferenceTrainer(point, seed).Run();
            RunState actual = new CanonicalNet(point, seed, KernelPath.Counts).Run(int.MaxValue);

            Assert.Equal(expected.Steps, actual.Steps);
            Assert.Equal(expected.Outcome == Outcome.Solved, actual.Status == (int)RunStatus.Solved);
            Assert.Equal(expected.Accuracy, 1 - (actual.HeldOutErrors / 512.0));
        }
    }

    /// <summary>Sums of parities, whose runs end by their loss.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(33)]
    public void Short_runs_of_a_polynomial_end_at_the_same_step(int batch)
    {
        Point point = (Points.Relu(6, 2, 40, batch, lr: 0.02) with
        {
            Target = Target.TryParse("x1+0.5x1x2")!,
            Loss = Loss.Square,
            TargetLoss = 0.2,
            TestSamples = 512,
            MaxSteps = 400,
        }).Normalised();
        int solved = 0;
        for (long seed = 0; seed < 4; seed++)
        {
            RunRecord expected = new ReferenceTrainer(point, seed).Run();
            RunState actual = new CanonicalNet(point, seed).Run(int.MaxValue);

            Assert.Equal((expected.Steps, expected.Outcome == Outcome.Solved), (actual.Steps, actual.Status == (int)RunStatus.Solved));
            Assert.True(double.IsNaN(expected.Accuracy) && double.IsNaN(HeldOut.Accuracy(point, actual.HeldOutErrors)));
            Assert.Equal(expected.Loss, HeldOut.Loss(point, actual.HeldOutErrors), 1e-4);
            solved += expected.Outcome == Outcome.Solved ? 1 : 0;
        }

        Assert.True(solved > 0);
    }

    private static void AssertClose(double expected, float actual) =>
        Assert.Equal(expected, actual, (1e-3 * Math.Abs(expected)) + 1e-5);
}
