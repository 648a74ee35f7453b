using ParityGpu.Kernels;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

/// <summary>Settings that do not fit together, through the validation of a sweep.</summary>
public sealed class PointValidationTests
{
    private static readonly SweepSpec Valid = new() { N = [12], K = [3], Width = [10], Batch = [8], Lr = [0.1] };

    public static TheoryData<string, SweepSpec> Misfits => new()
    {
        { "--k 1", Valid with { Activation = [Activation.Power], K = [1] } },
        { "--k 13", Valid with { Activation = [Activation.Polynomial], N = [13], K = [13] } },
        { "--n 13", Valid with { Model = [Model.DisjointPolynet], N = [13] } },
        { "--init sparse", Valid with { Model = [Model.DisjointPolynet], Init = [Init.Sparse] } },
        { "--init sparse", Valid with { Model = [Model.Transformer], Init = [Init.Sparse] } },
        { "--init rademacher", Valid with { Model = [Model.Transformer], Init = [Init.Rademacher] } },
        { "--init-sigma 0", Valid with { Init = [Init.Gaussian] } },
        { "--init-sigma 1E-50", Valid with { Init = [Init.Gaussian], InitSigma = [1e-50] } },
        { "--sparsity 13", Valid with { Init = [Init.Sparse], Sparsity = [13] } },
        { "--train layerwise", Valid with { Train = [TrainedLayers.Layerwise] } },
        { "--train output", Valid with { Model = [Model.Polynet], Train = [TrainedLayers.Output] } },
        { "--train output", Valid with { Model = [Model.DisjointPolynet], Train = [TrainedLayers.Output] } },
        { "--train output", Valid with { Output = [OutputLayer.Fixed], Train = [TrainedLayers.Output] } },
        { "--batch 8", Valid with { Samples = [7] } },
        { "--check epoch", Valid with { Check = CheckTimes.Epoch } },
        { "--schedule 0=1:1:1", Valid with { Schedule = Schedule.TryParse("0=1:1:1")! } },
        { "--schedule 0=1:1", Valid with { Model = [Model.Polynet], Schedule = Schedule.TryParse("0=1:1")! } },
        { "--schedule 0=1:1:1:1", Valid with { Model = [Model.Deep], Schedule = Schedule.TryParse("0=1:1:1:1")! } },
        { "--mixture 0", Valid with { InputBias = [0.1], Mixture = [0] } },
        { "--target x1x13", Valid with { Target = [Target.TryParse("x1x13")!], Loss = [Loss.Square] } },
        { "--loss hinge", Valid with { Target = [Target.TryParse("x1+x2")!] } },
        { "--n 12", Valid with { Target = [Target.TryParse("x5")!], Loss = [Loss.Square], Model = [Model.DisjointPolynet] } },
        { "--momentum 1", Valid with { Optimizer = [Optimizer.Adam], Momentum = 1 } },
        { "--beta2 0.99999999", Valid with { Optimizer = [Optimizer.Adam], Beta2 = 0.99999999 } },
        { "--momentum 1", Valid with { Optimizer = [Optimizer.Adamw], Momentum = 1 } },
        { "--weight-decay 0.5", Valid with { Optimizer = [Optimizer.Adamw], Lr = [3], WeightDecay = [0.5] } },
        { "--schedule 0=1,9=20@0.9", Valid with { Optimizer = [Optimizer.Adamw], Schedule = Schedule.TryParse("0=1,9=20@0.9")! } },
        { "--schedule 0=1:2", Valid with { Optimizer = [Optimizer.Adamw], WeightDecay = [0.1], Schedule = Schedule.TryParse("0=1:2")! } },
    };

    public static TheoryData<SweepSpec> Fits =>
    [
        Valid,
        Valid with { Activation = [Activation.Polynomial], K = [12] },
        Valid with { Model = [Model.Mlp, Model.Polynet, Model.DisjointPolynet, Model.Deep, Model.Transformer] },
        Valid with { Init = [Init.Sparse], Sparsity = [12] },
        Valid with { Samples = [8], Check = CheckTimes.Epoch },
        Valid with { Model = [Model.DeepMlp], Train = [TrainedLayers.Layerwise], Encoding = [InputEncoding.ZeroOne] },
        Valid with { InputBias = [0, 1], Mixture = [0, 0.5] },
        Valid with { Model = [Model.Deep], Train = [TrainedLayers.Layerwise], Schedule = Schedule.TryParse("0=1:1:1")! },
        Valid with { Optimizer = [Optimizer.Momentum], Momentum = 1 },
        Valid with { Optimizer = [Optimizer.Adamw], Schedule = Schedule.TryParse("0=1:2")! },
        Valid with { Optimizer = [Optimizer.Adam], WeightDecay = [0.1], Schedule = Schedule.TryParse("0=1:2")! },
        Valid with { Init = [Init.Rademacher], InitSigma = [0, 1000] },

        // Settings that the network does not have are not looked at.
        Valid with { Model = [Model.Polynet], Activation = [Activation.Power], K = [1] },
        Valid with { Model = [Model.Deep], Output = [OutputLayer.Fixed], Train = [TrainedLayers.Output] },
        Valid with { Sparsity = [13] },
        Valid with { Beta2 = 1 },
        Valid with { Target = [Target.TryParse("x12-1")!], Loss = [Loss.Square], N = [12], K = [13] },
    ];

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Misfits_are_refused_by_name(string start, SweepSpec spec)
    {
        var refusal = Assert.Throws<UserErrorException>(() => SpecValidation.Validate(spec));

        Assert.StartsWith($"{start}: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("must be", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fits))]
    public void What_fits_is_accepted(SweepSpec spec) => Assert.Same(spec, SpecValidation.Validate(spec));

    [Fact]
    public void Points_that_differ_in_what_their_network_lacks_are_one()
    {
        SweepSpec spec = Valid with { Model = [Model.Polynet], Width = [10, 20], Activation = [Activation.Relu, Activation.Sin], Depth = [3, 4] };

        Assert.Equal(3, Assert.Single(spec.Points()).Width);
    }
}
