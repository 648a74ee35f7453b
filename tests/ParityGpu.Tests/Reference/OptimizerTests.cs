using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class OptimizerTests
{
    /// <summary>θ² from θ = 1 with rate 0.1 and β = 0.5: m = 2, 2.6, 2.38; θ = 0.8, 0.54, 0.302.</summary>
    [Fact]
    public void Momentum_is_a_heavy_ball()
    {
        double theta = 1;
        var rule = new HeavyBall(0.5, 1);
        double[] expected = [0.8, 0.54, 0.302];
        foreach (double value in expected)
        {
            rule.BeginStep();
            theta -= 0.1 * rule.Direction(0, 2 * theta);
            Assert.Equal(value, theta, 1e-15);
        }
    }

    /// <summary>
    /// β₁ = 0.5, β₂ = 0.75, ε = 1. Gradients 2, −1: m = 1, 0. Gradients 4, 2: m = 2, 2 and v = 4, 4, divided by ½, ¾ and ¼, 7/16.
    /// </summary>
    [Fact]
    public void Adam_corrects_the_bias_of_both_moments()
    {
        var rule = new Adam(0.5, 0.75, 1, 2);
        rule.BeginStep();
        Assert.Equal(2.0 / 3, rule.Direction(0, 2), 1e-15);
        Assert.Equal(4.0 / 5, rule.Direction(1, 4), 1e-15);

        rule.BeginStep();
        Assert.Equal(0, rule.Direction(0, -1), 1e-15);
        Assert.Equal(2 / 0.75 / (Math.Sqrt(4 / 0.4375) + 1), rule.Direction(1, 2), 1e-15);
    }

    /// <summary>The same gradient at every step has bias-corrected moments g and g²: direction g/(|g| + ε).</summary>
    [Fact]
    public void Adam_moves_by_one_in_a_constant_gradient()
    {
        var rule = new Adam(0.9, 0.999, 1e-8, 1);
        for (int step = 0; step < 50; step++)
        {
            rule.BeginStep();
            Assert.Equal(-1, rule.Direction(0, -0.02), 1e-6);
        }
    }

    /// <summary>A trainer's steps against torch.optim.AdamW (decoupled decay first, then bias-corrected moments) with a rate that changes.</summary>
    [Fact]
    public void Adamw_is_pytorch_s()
    {
        Point point = Points.Relu(6, 2, 5, 8, lr: 0.01) with
        {
            Optimizer = Optimizer.Adamw,
            WeightDecay = 0.5,
            Momentum = 0.75,
            Beta2 = 0.875,
            Epsilon = 1e-4,
            Schedule = Schedule.TryParse("0=1,10=0.25,20=2@0.125")!,
        };
        var trainer = new ReferenceTrainer(point, seed: 4);
        double[] theta = [.. trainer.Parameters];
        double[] m = new double[theta.Length];
        double[] v = new double[theta.Length];
        for (int t = 1; t <= 30; t++)
        {
            double[] gradient = trainer.LossAndGradient(trainer.NextBatch()).Gradient;
            (double lr, double decay) = t <= 10 ? (0.01, 0.5) : t <= 20 ? (0.0025, 0.5) : (0.02, 0.125);
            for (int p = 0; p < theta.Length; p++)
            {
                theta[p] *= 1 - (lr * decay);
                m[p] = (0.75 * m[p]) + (0.25 * gradient[p]);
                v[p] = (0.875 * v[p]) + (0.125 * gradient[p] * gradient[p]);
                double denominator = (Math.Sqrt(v[p]) / Math.Sqrt(1 - Math.Pow(0.875, t))) + (float)1e-4;
                theta[p] -= lr / (1 - Math.Pow(0.75, t)) * m[p] / denominator;
            }

            trainer.Step();
            Assert.All(theta.Index(), parameter => Assert.Equal(parameter.Item, trainer.Parameters[parameter.Index], 1e-12));
        }
    }

    [Fact]
    public void Adamw_without_decay_is_adam()
    {
        Point adam = Points.Relu(8, 2, 10, 16, lr: 0.01) with { Optimizer = Optimizer.Adam };
        Point adamw = adam with { Optimizer = Optimizer.Adamw };

        Assert.Equal(RunPlan.Settings(adam, 3), RunPlan.Settings(adamw, 3));
        Assert.Equal(RunPlan.Phases(adam), RunPlan.Phases(adamw));
        Assert.Equal(BankShape.Of(adam), BankShape.Of(adamw));
        Assert.NotEqual(adam, adamw);
    }

    [Fact]
    public void Sgd_and_sign_sgd_keep_no_memory()
    {
        Assert.Equal(-0.3, new Sgd().Direction(0, -0.3));
        Assert.Equal([-1.0, 0.0, 1.0], new[] { -0.3, 0.0, 1e-20 }.Select(g => new SignSgd().Direction(0, g)));
    }

    /// <summary>Two steps of a trainer against the formulas, with the mean gradient, rates by phase and layer, and decay.</summary>
    [Theory]
    [InlineData(Optimizer.Sgd)]
    [InlineData(Optimizer.Momentum)]
    [InlineData(Optimizer.Adam)]
    [InlineData(Optimizer.SignSgd)]
    public void Steps_follow_schedule_and_layers(Optimizer optimizer)
    {
        Point point = (Points.Relu(6, 2, 5, 8, lr: 0.01) with
        {
            WeightDecay = 0.125,
            Optimizer = optimizer,
            Momentum = 0.5,
            Beta2 = 0.75,
            Epsilon = 1,
            Schedule = Schedule.TryParse("0=1:3,1=0:2@0.5")!,
        }).Normalised();
        var trainer = new ReferenceTrainer(point, seed: 4);
        double[] start = [.. trainer.Parameters];
        double[] first = trainer.LossAndGradient(trainer.NextBatch()).Gradient;
        trainer.Step();
        double[] middle = [.. trainer.Parameters];
        double[] second = trainer.LossAndGradient(trainer.NextBatch()).Gradient;
        trainer.Step();

        for (int p = 0; p < start.Length; p++)
        {
            (double g, double h) = (first[p], second[p]);
            (double v, double w) = optimizer switch
            {
                Optimizer.Sgd => (g, h),
                Optimizer.Momentum => (g, (0.5 * g) + h),
                Optimizer.Adam => (
                    g / (Math.Abs(g) + 1),
                    ((0.25 * g) + (0.5 * h)) / 0.75 / (Math.Sqrt(((0.1875 * g * g) + (0.25 * h * h)) / 0.4375) + 1)),
                _ => (Math.Sign(g), Math.Sign(h)),
            };
            bool isOutput = trainer.Network.Layer(p) == 1;
            Assert.Equal((0.875 * start[p]) - (0.01 * (isOutput ? 3 : 1) * v), middle[p], 1e-14);
            Assert.Equal((0.5 * middle[p]) - (0.01 * (isOutput ? 2 : 0) * w), trainer.Parameters[p], 1e-14);
        }
    }
}
