using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// What the stages of a transformer read and write, created once per pass: views of quads and of the same memory as floats.
/// <see cref="AttentionShape"/> gives the places in them.
/// </summary>
internal readonly struct AttentionScratch
{
    /// <summary>The transformer's part of a slot's scratch words.</summary>
    public readonly ArrayView<FloatQuad> Quads;
    public readonly ArrayView<float> Floats;

    /// <summary>The run's parameters.</summary>
    public readonly ArrayView<FloatQuad> Parameters;
    public readonly ArrayView<float> ParameterFloats;

    public readonly ArrayView<FloatQuad> Gradients;

    /// <summary>[unit][sample]: values of the readout's hidden units, and −∂ℓ/∂ of what they are computed from.</summary>
    public readonly ArrayView<FloatQuad> Values;
    public readonly ArrayView<FloatQuad> Slopes;

    public AttentionScratch(GeneralSlot run)
    {
        Floats = run.Scratch.Attention;
        Quads = QuadView.Of(Floats);
        ParameterFloats = run.Floats;
        Parameters = QuadView.Of(ParameterFloats);
        Gradients = QuadView.Of(run.Scratch.Gradients);
        Values = QuadView.Of(run.Scratch.Values);
        Slopes = QuadView.Of(run.Scratch.Slopes);
    }
}
