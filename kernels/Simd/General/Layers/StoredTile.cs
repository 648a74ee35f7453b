using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Stores z as [sample][<paramref name="stride"/>].</summary>
internal readonly unsafe struct StoredTile<TVec, TLanes>(float* z, long stride) : ITileEnd<TVec>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int tile, TVec z0, TVec z1, TVec z2, TVec z3, TVec z4, TVec z5, TVec z6, TVec z7)
    {
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
