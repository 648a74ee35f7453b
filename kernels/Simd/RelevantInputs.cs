namespace ParityGpu.Kernels.Simd;

/// <summary>The relevant ones among a word's inputs.</summary>
internal readonly unsafe struct RelevantInputs(uint* inputs, int* subset) : IRelevantInputs
{
    public uint Word(int q) => inputs[subset[q]];
}
