using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>A network's state during a launch, in shared or in global memory; <see cref="CountingPlan"/> says what lies where.</summary>
/// <param name="parameters">Weights, biases and output weights.</param>
/// <param name="quads">Everything else; the same memory where the plan has the parameters before it.</param>
internal readonly struct CountingMemory(ArrayView<FloatQuad> parameters, ArrayView<FloatQuad> quads)
{
    /// <summary>
    /// Weights [tile][group of inputs][block of the tile][lane], the four inputs of a group
    /// in a quad; inputs missing in the last group have weight +0.
    /// </summary>
    public readonly ArrayView<FloatQuad> Weights = parameters;

    /// <summary>The same as floats, with biases and output weights.</summary>
    public readonly ArrayView<float> Parameters = parameters.Cast<float>();

    public readonly ArrayView<FloatQuad> Quads = quads;

    /// <summary>The same by fours.</summary>
    public readonly ArrayView<QuadTile> Tiles = quads.Cast<QuadTile>();

    public readonly ArrayView<WordQuad> WordQuads = quads.Cast<WordQuad>();

    public readonly ArrayView<float> Floats = quads.Cast<float>();

    public readonly ArrayView<uint> Words = quads.Cast<uint>();

    public readonly ArrayView<byte> Bytes = quads.Cast<byte>();
}
