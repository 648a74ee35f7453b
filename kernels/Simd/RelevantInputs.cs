namespace ParityGpu.Kernels.Simd;

/// <summary>The relevant inputs of a word.</summary>
internal readonly unsafe struct RelevantInputs(uint* inputs, int* subset) : IRelevantInputs
{
    public uint Word(int q) => inputs[subset[q]];
}
