using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Where the parameters of a first layer and of a two-layer network lie within a run.</summary>
public static class FirstLayerLayout
{
    /// <summary>Rows of a block: n weights, the hidden bias, the output weight.</summary>
    public static int Rows(int inputs) => inputs + 2;

    /// <summary>Floats of one run: all blocks as [block][row][lane], then a block whose first entry is the output bias.</summary>
    public static long RunFloats(int inputs, int width) => OutputBias(inputs, width) + Canon.Lanes;

    /// <summary>Place of a neuron's parameter within its run: row i &lt; n is weight i, row n the bias, row n+1 the output weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Index(int inputs, int neuron, int row) =>
        ((((long)(neuron / Canon.Lanes) * Rows(inputs)) + row) * Canon.Lanes) + (neuron % Canon.Lanes);

    /// <summary>Place of the output bias within its run.</summary>
    public static long OutputBias(int inputs, int width) => (long)Canon.Blocks(width) * Rows(inputs) * Canon.Lanes;
}
