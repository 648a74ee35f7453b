using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// A single hidden layer of rectified units, of which only h = max(0, z) is stored: σ′ is 1 where h > 0. d and the gradients of the output weights are
/// computed where the tables of d are built, which spares two passes over the chunk's units.
/// </summary>
internal static unsafe class RectifiedUnits<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Whether a network's hidden layer can be computed so.</summary>
    public static bool Takes(in LaunchShape shape) =>
        shape.Model == (int)Model.Mlp && shape.Activation == (int)Activation.Relu && RunLayout.DenseLayers(shape) == 0;

    /// <summary>
    /// The tables of d of a word's samples for a register of columns, one per group of four, and the samples' part of the output weights' gradients.
    /// </summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="tables">[group][entry][lane].</param>
    /// <param name="workspace">Values and descents are read, the gradients of the output weights are written.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="column">The first column.</param>
    /// <param name="first">The word's first sample in the chunk.</param>
    /// <param name="samples">Samples of the word.</param>
    /// <param name="start">Whether the gradients' sums start here.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BuildTables(
        float* weights, float* tables, in GeneralWorkspace workspace, in LaunchShape shape, int column, int first, int samples, bool start)
    {
        var encoding = (InputEncoding)shape.Encoding;
        long stride = workspace.SampleFloats;
        long place = FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs + 1);
        float* gradient = workspace.Gradients + place;
        float* g = workspace.Descents + first;
        float* h = workspace.Values + workspace.UnitPlace(column) + (first * stride);
        TVec u = TLanes.Load(weights + place);
        TVec exists = TLanes.Load(workspace.Tail(column, shape.Width));
        TVec zero = TLanes.Broadcast(0f);
        TVec sum = start ? zero : TLanes.Load(gradient);
        int whole = samples - (samples % Canon.Group);
        for (int sample = 0; sample < whole; sample += Canon.Group, tables += TableSums<TVec, TLanes>.TableFloats)
        {
            TVec d0 = Next(ref g, ref h, stride, ref sum, u, exists);
            TVec d1 = Next(ref g, ref h, stride, ref sum, u, exists);
            TVec d2 = Next(ref g, ref h, stride, ref sum, u, exists);
            TVec d3 = Next(ref g, ref h, stride, ref sum, u, exists);
            SignedSums<TVec, TLanes>.BuildTable(encoding, tables, d0, d1, d2, d3);
        }

        if (whole < samples)
        {
            TVec d0 = Next(ref g, ref h, stride, ref sum, u, exists);
            TVec d1 = whole + 1 < samples ? Next(ref g, ref h, stride, ref sum, u, exists) : zero;
            TVec d2 = whole + 2 < samples ? Next(ref g, ref h, stride, ref sum, u, exists) : zero;
            SignedSums<TVec, TLanes>.BuildTable(encoding, tables, d0, d1, d2, zero);
        }

        TLanes.Store(gradient, TLanes.And(sum, exists));
    }

    /// <summary>Adds g·h of the next sample to the sum; d = (g·u)·σ′.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Next(ref float* descent, ref float* value, long stride, ref TVec sum, TVec u, TVec exists)
    {
        TVec g = TLanes.Broadcast(*descent);
        TVec h = TLanes.Load(value);
        TVec zero = TLanes.Broadcast(0f);
        TVec slope = TLanes.SelectGreater(h, zero, TLanes.Broadcast(1f), zero);
        descent++;
        value += stride;
        sum = TLanes.Fma(g, h, sum);
        return TLanes.And(TLanes.Multiply(TLanes.Multiply(g, u), slope), exists);
    }
}
