namespace ParityGpu.Kernels.Simd;

/// <summary>A sum of d over the samples of a group that have the same control bit, and the row of gradients to which it belongs.</summary>
internal struct ControlSum
{
    /// <summary>The row's place behind row 0, in floats.</summary>
    public int Row;

    /// <summary>The sum's place in the word's tables of d, in floats.</summary>
    public int Entry;
}
