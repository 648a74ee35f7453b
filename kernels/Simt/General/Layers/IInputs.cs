namespace ParityGpu.Kernels.Simt;

/// <summary>How the tiles multiply by the inputs of the first layer: a kind for each encoding, because ±1 needs fewer operations.</summary>
internal interface IInputs
{
    /// <summary>Whether the gradients read what <see cref="ExpandedInputs.FillSamples"/> stores, instead of what the forward pass reads.</summary>
    static abstract bool HasSamples { get; }

    /// <summary>S + s, where s is the canon's sum of four products a·x_0, b·x_1, c·x_2 and e·x_3 (NUMERICS.md, the general path).</summary>
    /// <param name="sum">S.</param>
    /// <param name="a">Factor of the first input, or of the first sample.</param>
    /// <param name="b">Of the second.</param>
    /// <param name="c">Of the third.</param>
    /// <param name="e">Of the fourth.</param>
    /// <param name="x">The inputs, as <see cref="ExpandedInputs"/> stores them.</param>
    static abstract float Add(float sum, float a, float b, float c, float e, FloatQuad x);
}
