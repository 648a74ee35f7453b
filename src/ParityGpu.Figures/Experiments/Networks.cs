using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Networks with training settings under which they learn parities of degree 3; where the paper states none, the settings are ours.
/// </summary>
internal static class Networks
{
    /// <summary>
    /// ReLU-100 of figure 2 right with the paper's rate, which figure 1 right shows as well. Of the batches, initialisations and accuracies tried, those
    /// with the smallest mean |log ratio| to the published medians of k = 2, 3, 4 at n = 10, 16, 20, 26, 30, 40, 60 (bench/results/README.md).
    /// </summary>
    public static SweepSpec ReluOfFigure2() => Relu(100, 32, 1) with { TargetAccuracy = 0.8 };

    /// <summary>ReLU perceptron, hinge loss; batch and rate are those of the paper's training curves.</summary>
    public static SweepSpec Relu(int width, int batch = 32, double rate = 0.1) =>
        new() { Width = [width], Batch = [batch], Lr = [rate], Init = [Init.Torch] };

    /// <summary>Perceptron with σ(z) = z^k, hinge loss.</summary>
    public static SweepSpec Power(int width, int batch = 64, double rate = 0.1) =>
        Relu(width, batch, rate) with { Activation = [Activation.Power], Biases = [InitialBiases.Zero] };

    /// <summary>
    /// z^k-100 of figure 1 right with the paper's rate for the output layer and 0.09 of it for the first one, as if σ were applied to 0.3·(w·x + b). Of the
    /// settings tried, the one with the smallest mean |log ratio| to the published medians of k = 2 to 5 at n = 10, 20, 30 (bench/results/README.md).
    /// </summary>
    public static SweepSpec PowerOfFigure1() => new()
    {
        Activation = [Activation.Power],
        Width = [100],
        Batch = [512],
        Lr = [1],
        Schedule = Schedule.TryParse("0=0.09:1")!,
        Loss = [Loss.Logistic],
        Init = [Init.XavierUniform],
        Biases = [InitialBiases.Zero],
    };

    /// <summary>
    /// One sinusoid of figure 1 right: the paper's rate, 0.01, with the loss summed over a batch of 14, which is 0.14 with its mean.
    /// </summary>
    public static SweepSpec SinusoidOfFigure1() => Neuron(Activation.Sin, 14, 0.14);

    /// <summary>One neuron without a second layer, hinge loss.</summary>
    public static SweepSpec Neuron(Activation activation, int batch = 32, double rate = 0.05) =>
        Relu(1, batch, rate) with { Activation = [activation], Output = [OutputLayer.Fixed], Biases = [InitialBiases.Zero] };

    /// <summary>PolyNet, square loss.</summary>
    public static SweepSpec Polynet(int batch = 64, double rate = 0.05) =>
        new() { Model = [Model.Polynet], Loss = [Loss.Square], Batch = [batch], Lr = [rate], Init = [Init.Torch], Biases = [InitialBiases.Zero] };

    /// <summary>The Parity Transformer at the paper's size, Adam.</summary>
    public static SweepSpec Transformer(int batch) => new()
    {
        Model = [Model.Transformer],
        DEmb = [1024],
        Heads = [128],
        DAttn = [8],
        Width = [1024],
        Optimizer = [Optimizer.Adam],
        Batch = [batch],
        Lr = [3e-4],
        Init = [Init.Torch],
    };
}
