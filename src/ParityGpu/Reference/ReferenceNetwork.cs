using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>One parameter of a network.</summary>
/// <param name="Layer">Its layer of weights, from 0.</param>
/// <param name="Place">Where <see cref="RunLayout"/> keeps it.</param>
/// <param name="Initial">Its initial value.</param>
/// <param name="IsFixed">Whether it is a constant that no training changes.</param>
public readonly record struct ReferenceParameter(int Layer, long Place, double Initial, bool IsFixed = false);

/// <summary>A network f(x) in double precision with its gradient by the chain rule. n inputs.</summary>
public abstract class ReferenceNetwork
{
    private readonly ReferenceParameter[] descriptions;
    private readonly long layoutLength;
    private readonly bool zeroOne;

    /// <param name="point">The point it belongs to.</param>
    /// <param name="descriptions">Its parameters in the family's own order, without padding.</param>
    protected ReferenceNetwork(Point point, IEnumerable<ReferenceParameter> descriptions)
    {
        this.descriptions = [.. descriptions];
        zeroOne = point.Encoding == InputEncoding.ZeroOne;
        layoutLength = RunLayout.Parameters(BankShape.Of(point).Launch(1));
        Parameters = [.. this.descriptions.Select(parameter => parameter.Initial)];
        Stage = Math.Max(1, point.Layers - 1);
    }

    /// <summary>Current parameters, in the family's own order.</summary>
    public double[] Parameters { get; }

    /// <summary>The hidden layer that the output layer reads, from 1 on: the last one except in layerwise training.</summary>
    public int Stage { get; set; }

    /// <summary>A point's network with its initial parameters.</summary>
    public static ReferenceNetwork Initial(Point point, long seed) => point.Model switch
    {
        Model.Mlp or Model.Deep or Model.DeepMlp => new MlpNetwork(point, seed),
        Model.Polynet or Model.DisjointPolynet => new ProductNetwork(point, seed),
        _ => throw new NotSupportedException($"There is no reference of a {point.Model}."),
    };

    /// <summary>f(x) for one input of length n.</summary>
    public abstract double Output(double[] x);

    /// <summary>The layer of weights, from 0, of a parameter.</summary>
    public int Layer(int parameter) => descriptions[parameter].Layer;

    /// <summary>Whether a parameter is a constant.</summary>
    public bool IsFixed(int parameter) => descriptions[parameter].IsFixed;

    /// <summary>Where <see cref="RunLayout"/> keeps a parameter.</summary>
    public long Place(int parameter) => descriptions[parameter].Place;

    /// <summary>The parameters in the kernels' layout, [<see cref="RunLayout.Parameters"/>]; padding is 0.</summary>
    public double[] InLayout() => InLayout(Parameters);

    /// <summary>Values for the parameters, such as a gradient, in the kernels' layout; padding is 0.</summary>
    public double[] InLayout(double[] values)
    {
        double[] layout = new double[layoutLength];
        for (int p = 0; p < values.Length; p++)
            layout[Place(p)] = values[p];

        return layout;
    }

    /// <summary>Mean loss of a batch for the labels trained on, and its gradient in the order of <see cref="Parameters"/>.</summary>
    public (double Loss, double[] Gradient) LossAndGradient(SampleBatch batch, ILoss loss)
    {
        int samples = batch.TrainingLabels.Length;
        double[] gradient = new double[Parameters.Length];
        double mean = 0;
        for (int b = 0; b < samples; b++)
        {
            double y = batch.TrainingLabels[b];
            double f = Output(batch.Inputs[b]);
            mean += loss.Value(y, f) / samples;
            AddGradient(batch.Inputs[b], loss.Slope(y, f) / samples, gradient);
        }

        return (mean, gradient);
    }

    /// <summary>The numbers as which the first layer reads inputs x = ±1.</summary>
    protected double[] Encoded(double[] x) => zeroOne ? [.. x.Select(value => (1 - value) / 2)] : x;

    /// <summary>Adds <paramref name="df"/>·∂f(x)/∂θ to the gradient of every parameter θ.</summary>
    protected abstract void AddGradient(double[] x, double df, double[] gradient);
}
