using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The columns of a narrow network as a thread holds them: one number or four, of which the network may lack some.</summary>
internal interface IColumns<TValues>
    where TValues : unmanaged
{
    /// <summary>Columns that are held, and so floats of an entry of a table.</summary>
    static abstract int Count { get; }

    /// <summary>Columns of the network.</summary>
    static abstract int Width(LaunchShape shape);

    /// <summary>A row of parameters: of an input, the biases, the output weights, or that of the output bias, which is its first entry.</summary>
    static abstract TValues Row(NarrowSlot run, int row);

    /// <summary>Scratch memory in entries of tables.</summary>
    static abstract ArrayView<TValues> Entries(NarrowMemory memory);

    static abstract TValues Add(TValues a, TValues b);

    /// <summary>+0 in the columns that are not held.</summary>
    static abstract FloatQuad ToQuad(TValues columns);

    /// <summary>
    /// Forward from z of a sample to f, and backward to d; writes the values of hidden units and g where the output layer reads them.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="z">z of the columns.</param>
    /// <param name="sample">Number of the sample in the pass.</param>
    /// <param name="exists">Whether there is such a sample; +0 is written otherwise.</param>
    /// <param name="y">Its label.</param>
    static abstract NarrowOutput<TValues> Evaluate(NarrowSlot run, TValues z, int sample, bool exists, float y);

    /// <summary>Writes d of a sample, or +0 if it does not exist.</summary>
    static abstract void StoreDescents(NarrowMemory memory, TValues d, int sample, bool exists);
}
