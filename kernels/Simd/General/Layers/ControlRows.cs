using System.Runtime.CompilerServices;

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
    /// Says for every sample of a chunk, up to whole tiles, where the row of its control bit lies, and for every four samples which of them have the same
    /// control bit. All columns then use it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prepare(in GeneralWorkspace workspace, int first, int samples)
    {
        int* rows = workspace.ControlRows;
        int tiled = (samples + TableOffsets.TileSamples - 1) / TableOffsets.TileSamples * TableOffsets.TileSamples;
        for (int sample = 0; sample < tiled; sample++)
        {
            bool isRow = sample < samples && workspace.Controls[sample] >= first;
            rows[sample] = isRow ? workspace.Controls[sample] * Canon.Lanes : None;
        }

        for (int sample = 0; sample < samples; sample++)
        {
            int next = sample + 1;
            int end = Math.Min(samples, (sample / Canon.Group * Canon.Group) + Canon.Group);
            while (next < end && rows[next] != rows[sample])
                next++;

            workspace.NextControls[sample] = next < end ? next : None;
        }
    }

    /// <summary>z, and the weights of a sample's control bit if it is added by its row.</summary>
    /// <param name="z">The sum over the other inputs.</param>
    /// <param name="column">Row 0 of the columns' weights.</param>
    /// <param name="row">Where the control bit's row lies behind it (<see cref="Prepare"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Added(TVec z, float* column, int row) => row == None ? z : TLanes.Add(z, TLanes.Load(column + row));

    /// <summary>
    /// Adds the samples' d, [sample][<paramref name="stride"/>], to the gradients of their control bits. Within a group of four, samples with the
    /// same control bit are added up first.
    /// </summary>
    /// <param name="gradient">Row 0 of the columns' gradients.</param>
    /// <param name="workspace">What <see cref="Prepare"/> found.</param>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="d">d of the columns.</param>
    /// <param name="stride">Floats from one sample to the next.</param>
    /// <param name="columns">One or two registers of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gradient, in GeneralWorkspace workspace, int samples, float* d, long stride, int columns)
    {
        uint taken = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            taken = sample % Canon.Group == 0 ? 0 : taken;
            int place = workspace.ControlRows[sample];
            if (place == None || (taken & (1u << (sample % Canon.Group))) != 0)
                continue;

            float* row = gradient + place;
            for (int at = 0; at < columns; at += TLanes.Count)
            {
                TVec sum = TLanes.Load(d + (sample * stride) + at);
                for (int next = workspace.NextControls[sample]; next != None; next = workspace.NextControls[next])
                {
                    taken |= 1u << (next % Canon.Group);
                    sum = TLanes.Add(sum, TLanes.Load(d + (next * stride) + at));
                }

                TLanes.Store(row + at, TLanes.Add(TLanes.Load(row + at), sum));
            }
        }
    }
}
