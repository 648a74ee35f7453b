using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Science;

/// <summary>What the paper says of its networks, at sizes that train in seconds.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly Device device = DeviceCatalog.OpenCpu(null);

    public void Dispose() => device.Dispose();

    /// <summary>Networks (i), (iv) and (vii)–(xv), and the two of least width, on the (10,2) parity.</summary>
    [Theory]
    [InlineData(Model.Mlp, Activation.Relu, 10, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Power, 10, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Relu, 2, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Power, 2, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Zigzag, 1, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Polynomial, 1, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Triangle, 1, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Sin, 1, OutputLayer.Trained)]
    [InlineData(Model.Mlp, Activation.Zigzag, 1, OutputLayer.Fixed)]
    [InlineData(Model.Mlp, Activation.Polynomial, 1, OutputLayer.Fixed)]
    [InlineData(Model.Mlp, Activation.Triangle, 1, OutputLayer.Fixed)]
    [InlineData(Model.Mlp, Activation.Sin, 1, OutputLayer.Fixed)]
    [InlineData(Model.Polynet, Activation.Relu, 2, OutputLayer.Trained)]
    [InlineData(Model.Transformer, Activation.Relu, 32, OutputLayer.Trained)]
    public void Every_network_learns_a_small_parity(Model model, Activation activation, int width, OutputLayer output)
    {
        bool transformer = model == Model.Transformer;
        var spec = new SweepSpec
        {
            N = [10],
            K = [2],
            Model = [model],
            Activation = [activation],
            Width = [width],
            Output = [output],
            Optimizer = [transformer ? Optimizer.Adam : Optimizer.Sgd],
            Lr = transformer ? [0.003] : [0.1, 0.01],
            Batch = [32],
            Seeds = transformer ? 4 : 25,
            MaxSteps = 5000,
        };

        Assert.True(BestSuccess(spec) >= 0.2);
    }

    [Theory]
    [InlineData(Optimizer.Momentum, 0.02)]
    [InlineData(Optimizer.Adam, 0.01)]
    [InlineData(Optimizer.SignSgd, 0.003)]
    public void Every_optimizer_learns(Optimizer optimizer, double learningRate) => Assert.True(BestSuccess(new SweepSpec
    {
        N = [20],
        Width = [100],
        Optimizer = [optimizer],
        Lr = [learningRate],
        Loss = [Loss.Logistic],
        Seeds = 8,
        MaxSteps = 5000,
    }) > 0.5);

    /// <summary>Each layer's own population gradient is zero for k = 4 (paper, deep networks).</summary>
    [Fact]
    public void A_deep_square_network_needs_all_its_layers_at_once()
    {
        var deep = new SweepSpec
        {
            N = [30],
            K = [4],
            Model = [Model.Deep],
            Depth = [3],
            Width = [16],
            Lr = [0.02],
            Seeds = 10,
            MaxSteps = 10_000,
        };
        Assert.Equal(1, BestSuccess(deep));
        Assert.All(Train(deep with { Train = [TrainedLayers.Layerwise] }), run => AssertChance(run));
        Assert.Equal(0, BestSuccess(deep with { K = [5], N = [10], Width = [32] }));
    }

    /// <summary>Abbe, Cornacchia, Hązła and Kougang-Yombi 2024: signs and slightly noisy ones align with the parity of all inputs, others do not.</summary>
    [Fact]
    public void The_full_parity_is_learned_from_signs_and_not_from_a_gaussian()
    {
        var signs = new SweepSpec
        {
            N = [30],
            K = [30],
            Width = [512],
            Lr = [0.1],
            Init = [Init.Rademacher],
            InitSigma = [0, 0.1],
            TargetAccuracy = 0.8,
            Seeds = 4,
            MaxSteps = 2000,
        };
        SweepSpec noisy = signs with { InitSigma = [1], MaxSteps = 1000 };
        Assert.All(Train(signs), run => Assert.Equal(Outcome.Solved, run.Outcome));
        Assert.All(Train(noisy), run => AssertChance(run));
        Assert.All(Train(noisy with { Init = [Init.Gaussian] }), run => AssertChance(run));
    }

    /// <summary>Theorem 5: 100 features are far fewer than the C(30,3) = 4060 parities.</summary>
    [Fact]
    public void Frozen_features_stay_at_chance_where_trained_ones_learn()
    {
        var spec = new SweepSpec { Width = [100], Batch = [32], Lr = [0.1], Seeds = 8, MaxSteps = 3000 };
        Assert.Equal(1, BestSuccess(spec));
        Assert.All(Train(spec with { Train = [TrainedLayers.Output] }), run => AssertChance(run));
    }

    /// <summary>Figure 16.</summary>
    [Fact]
    public void A_parity_is_learned_from_labels_two_fifths_of_which_are_flipped() => Assert.True(BestSuccess(new SweepSpec
    {
        N = [50],
        Width = [100],
        Noise = [0.4],
        Batch = [128],
        Lr = [0.1],
        Seeds = 4,
        MaxSteps = 30_000,
    }) > 0.5);

    /// <summary>Figures 4 right and 15: weight decay makes a network that has memorised its sample find the parity much later.</summary>
    [Fact]
    public void Test_accuracy_follows_train_accuracy_late_on_a_finite_sample()
    {
        var list = new RecordList();
        var spec = SpecValidation.Validate(new SweepSpec
        {
            Width = [100],
            Batch = [32],
            Lr = [0.1],
            Samples = [500],
            WeightDecay = [0.001],
            Seeds = 1,
            FirstSeed = 1,
            MaxSteps = 30_000,
            Curve = CurveSteps.TryParse("100")!,
        });
        SweepRunner.Run(spec, device, new RunSet(), list, _ => { }, CancellationToken.None);

        FinishedRun run = Assert.Single(list.SortedRuns);
        long memorised = run.Curve!.Points.First(point => point.TrainAccuracy == 1).Step;
        Assert.Equal(Outcome.Solved, run.Record.Outcome);
        Assert.True(run.Record.Steps > 3 * memorised, $"train at {memorised}, test at {run.Record.Steps}");
    }

    /// <summary>Figure 14: networks below the least width reach 55 %, not 100 %.</summary>
    [Fact]
    public void A_single_neuron_reaches_the_lower_target_alone()
    {
        var spec = new SweepSpec { Width = [1], Batch = [1024], Seeds = 10, MaxSteps = 5000 };
        Assert.True(BestSuccess(spec with { TargetAccuracy = 0.55 }) > 0.5);
        Assert.Equal(0, BestSuccess(spec));
    }

    private RunRecord[] Train(SweepSpec spec) => RecordList.Of(SpecValidation.Validate(spec), device);

    /// <summary>Success rate of the best point.</summary>
    private double BestSuccess(SweepSpec spec) =>
        Train(spec).GroupBy(run => run.Point).Max(point => point.Average(run => run.Outcome == Outcome.Solved ? 1.0 : 0));

    private static void AssertChance(RunRecord run) => Assert.InRange(run.Accuracy, 0.45, 0.55);
}
