using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Control bits in the encoding 0 and 1, of which each sample has exactly one that is 1: its row of weights is added to z and d to its row of
/// gradients, instead of multiplying by every bit (<see cref="TaskLayout.FirstRow"/>).
/// </summary>
internal static unsafe class ControlRows<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>No row, or no sample.</summary>
    private const int None = -1;

    /// <summary>First of the inputs that are added by rows, or n if none is.</summary>
    public static int First(in LaunchShape shape, bool byRows) => byRows ? TaskLayout.FirstRow(shape) : shape.Inputs;

    /// <summary>
    /// Says for samples of a chunk, up to whole tiles, where the row of their control bit lies, and for every word of them which sums of d belong to
    /// which rows. All columns then use it.
    /// </summary>
    /// <param name="workspace">Control bits are read.</param>
    /// <param name="row">First of the inputs that are added by rows.</param>
    /// <param name="first">First of the samples, at the start of a word.</param>
    /// <param name="end">Behind the last of them, at the end of a word or of the chunk.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prepare(in GeneralWorkspace workspace, int row, int first, int end)
    {
        int* rows = workspace.ControlRows;
        int tiled = TableOffsets.Tiles(end) * TableOffsets.TileSamples;
        for (int sample = first; sample < tiled; sample++)
        {
            bool isRow = sample < end && workspace.Controls[sample] >= row;
            rows[sample] = isRow ? workspace.Controls[sample] * Canon.Lanes : None;
        }

        for (int start = first; start < end; start += Canon.WordSamples)
        {
            ControlSum* sums = workspace.ControlSums + start;
            int count = 0;
            for (int sample = 0; sample < Math.Min(Canon.WordSamples, end - start); sample += Canon.Group)
                count = AppendGroup(sums, count, rows + start, sample, Math.Min(sample + Canon.Group, end - start));

            workspace.ControlSumCounts[start / Canon.WordSamples] = count;
        }
    }

    /// <summary>Appends a group of four samples of a word: those with the same control bit are added up first.</summary>
    /// <returns>The number of sums.</returns>
    private static int AppendGroup(ControlSum* sums, int count, int* rows, int first, int end)
    {
        int groupStart = count;
        int table = first / Canon.Group * TableSums<TVec, TLanes>.TableFloats;
        for (int sample = first; sample < end; sample++)
        {
            if (rows[sample] == None)
                continue;

            int at = groupStart;
            while (at < count && sums[at].Row != rows[sample])
                at++;

            if (at == count)
                sums[count++] = new ControlSum { Row = rows[sample], Entry = table };

            sums[at].Entry += Canon.Lanes << (sample - first);
        }

        return count;
    }

    /// <summary>z, and the weights of a sample's control bit if it is added by its row.</summary>
    /// <param name="z">The sum over the other inputs.</param>
    /// <param name="column">Row 0 of the columns' weights.</param>
    /// <param name="row">Where the control bit's row lies behind it (<see cref="Prepare"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Added(TVec z, float* column, int row) => row == None ? z : TLanes.Add(z, TLanes.Load(column + row));

    /// <summary>Asks for the rows of weights that a tile's samples need: there are too many rows for the nearer caches.</summary>
    /// <param name="column">Row 0 of the columns' weights.</param>
    /// <param name="rows">Where the samples' rows lie behind it; arbitrary behind the chunk's last tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* column, int* rows)
    {
        for (int sample = 0; Sse.IsSupported && sample < TableOffsets.TileSamples; sample++)
            Sse.Prefetch0(column + rows[sample]);
    }

    /// <summary>Asks for the rows of gradients that a word's samples need, for the same reason.</summary>
    /// <inheritdoc cref="Backward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prefetch(float* gradient, in GeneralWorkspace workspace, int word)
    {
        ControlSum* sums = workspace.ControlSums + (word * Canon.WordSamples);
        int count = workspace.ControlSumCounts[word];
        for (int i = 0; Sse.IsSupported && i < count; i++)
            Sse.Prefetch0(gradient + sums[i].Row);
    }

    /// <summary>Adds d of a word's samples to the gradients of their control bits.</summary>
    /// <param name="gradient">Row 0 of the columns' gradients.</param>
    /// <param name="tables">The word's tables of d (<see cref="SubsetSums{TVec,TLanes}"/>).</param>
    /// <param name="workspace">What <see cref="Prepare"/> found.</param>
    /// <param name="word">The word's number in the chunk.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gradient, float* tables, in GeneralWorkspace workspace, int word)
    {
        ControlSum* sums = workspace.ControlSums + (word * Canon.WordSamples);
        int count = workspace.ControlSumCounts[word];
        for (int i = 0; i < count; i++)
        {
            float* row = gradient + sums[i].Row;
            float* entry = tables + sums[i].Entry;
            TLanes.Store(row, TLanes.Add(TLanes.Load(row), TLanes.Load(entry)));
            if (AffineLayer<TVec, TLanes>.Columns > TLanes.Count)
                TLanes.Store(row + TLanes.Count, TLanes.Add(TLanes.Load(row + TLanes.Count), TLanes.Load(entry + TLanes.Count)));
        }
    }
}
