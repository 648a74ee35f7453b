using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Stores z, or max(0, z), as [sample][stride], after adding the weights of control bits that are added by rows.</summary>
/// <param name="z">Place of the first sample's value.</param>
/// <param name="stride">Floats from one sample to the next.</param>
/// <param name="column">Row 0 of the columns' weights.</param>
/// <param name="rows">Where each sample's row lies behind it (<see cref="ControlRows{TVec,TLanes}.Prepare"/>); null for no rows.</param>
/// <param name="rectify">Whether max(0, z) is stored.</param>
internal readonly unsafe struct StoredTile<TVec, TLanes>(float* z, long stride, float* column, int* rows, bool rectify) : ITileEnd<TVec>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int tile, TVec z0, TVec z1, TVec z2, TVec z3, TVec z4, TVec z5, TVec z6, TVec z7)
    {
        if (rows != null)
        {
            int* row = rows + (tile * TableOffsets.TileSamples);
            z0 = ControlRows<TVec, TLanes>.Added(z0, column, row[0]);
            z1 = ControlRows<TVec, TLanes>.Added(z1, column, row[1]);
            z2 = ControlRows<TVec, TLanes>.Added(z2, column, row[2]);
            z3 = ControlRows<TVec, TLanes>.Added(z3, column, row[3]);
            z4 = ControlRows<TVec, TLanes>.Added(z4, column, row[4]);
            z5 = ControlRows<TVec, TLanes>.Added(z5, column, row[5]);
            z6 = ControlRows<TVec, TLanes>.Added(z6, column, row[6]);
            z7 = ControlRows<TVec, TLanes>.Added(z7, column, row[7]);
            ControlRows<TVec, TLanes>.Prefetch(column, row + TableOffsets.TileSamples);
        }

        if (rectify)
        {
            z0 = TLanes.Relu(z0);
            z1 = TLanes.Relu(z1);
            z2 = TLanes.Relu(z2);
            z3 = TLanes.Relu(z3);
            z4 = TLanes.Relu(z4);
            z5 = TLanes.Relu(z5);
            z6 = TLanes.Relu(z6);
            z7 = TLanes.Relu(z7);
        }

        float* place = z + (tile * TableOffsets.TileSamples * stride);
        TLanes.Store(place, z0);
        TLanes.Store(place + stride, z1);
        TLanes.Store(place + (2 * stride), z2);
        TLanes.Store(place + (3 * stride), z3);
        TLanes.Store(place + (4 * stride), z4);
        TLanes.Store(place + (5 * stride), z5);
        TLanes.Store(place + (6 * stride), z6);
        TLanes.Store(place + (7 * stride), z7);
    }
}
