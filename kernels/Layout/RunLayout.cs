namespace ParityGpu.Kernels;

/// <summary>Index formulas of the general path: a run's parameters, moments and data.</summary>
public static class RunLayout
{
    /// <summary>Floats after the moments of Adam: β₁^t, β₂^t and padding.</summary>
    private const int AdamScalars = Canon.Lanes;

    /// <summary>Columns or hidden units with the padding of the last block of lanes.</summary>
    public static int PaddedWidth(in LaunchShape shape) => Canon.Blocks(shape.Width) * Canon.Lanes;

    /// <summary>Hidden layers after the first one.</summary>
    public static int DenseLayers(in LaunchShape shape) => ((Model)shape.Model).IsDeep() ? shape.Depth - 2 : 0;

    /// <summary>
    /// Floats of the parameters: the first layer and the output layer as <see cref="FirstLayerLayout"/> says (a product's output rows
    /// are 0), then the dense layers. A transformer's are laid out as <see cref="AttentionLayout"/> says.
    /// </summary>
    public static long Parameters(in LaunchShape shape) => shape.Model == (int)Model.Transformer
        ? AttentionLayout.Parameters(shape)
        : FirstLayerLayout.RunFloats(shape.Inputs, shape.Width) + (DenseLayers(shape) * DenseFloats(shape));

    /// <summary>Floats of a dense layer, [unit below, the bias last][padded unit].</summary>
    public static long DenseFloats(in LaunchShape shape) => (shape.Width + 1L) * PaddedWidth(shape);

    /// <summary>Start of dense layer <paramref name="layer"/> = 2 … L−1 within the parameters.</summary>
    public static long Dense(in LaunchShape shape, int layer) =>
        FirstLayerLayout.RunFloats(shape.Inputs, shape.Width) + ((layer - 2) * DenseFloats(shape));

    /// <summary>Moments the optimizer keeps per parameter, laid out like the parameters and one after the other behind them.</summary>
    public static int Moments(int optimizer) =>
        optimizer == (int)Optimizer.Adam ? 2 : optimizer == (int)Optimizer.Momentum ? 1 : 0;

    /// <summary>Start of Adam's β₁^t and β₂^t within a run.</summary>
    public static long AdamPowers(in LaunchShape shape) => Parameters(shape) * 3;

    /// <summary>Floats of one run: parameters, moments, scalars.</summary>
    public static long RunFloats(in LaunchShape shape) =>
        (Parameters(shape) * (1 + Moments(shape.Optimizer))) + (shape.Optimizer == (int)Optimizer.Adam ? AdamScalars : 0);

    /// <summary>Words of a point of the finite sample: bit i of the row is input i, bit n whether the label is flipped.</summary>
    public static int RowWords(in LaunchShape shape) => Canon.Words(shape.Inputs + 1);

    /// <summary>Words of a run's finite sample, [point][word of the row].</summary>
    public static long DataWords(in LaunchShape shape) => (long)shape.Samples * RowWords(shape);
}
