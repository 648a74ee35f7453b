using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The relevant inputs of a word.</summary>
internal readonly struct RelevantInputs(ArrayView<uint> inputs, ArrayView<int> subset) : IRelevantInputs
{
    public uint Word(int q) => inputs[subset[q]];
}
