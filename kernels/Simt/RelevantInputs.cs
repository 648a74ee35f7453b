using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The relevant ones among a word's inputs.</summary>
internal readonly struct RelevantInputs(ArrayView<uint> inputs, ArrayView<int> subset) : IRelevantInputs
{
    public uint Word(int q) => inputs[subset[q]];
}
