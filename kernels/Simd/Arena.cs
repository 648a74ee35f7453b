namespace ParityGpu.Kernels.Simd;

/// <summary>Scratch memory of a worker, given away piece by piece; 64-byte aligned throughout.</summary>
internal unsafe struct Arena
{
    private const int Alignment = 64;

    private byte* next;

    /// <summary>An arena in memory of <see cref="Bytes"/>; one that only measures where there is none.</summary>
    public Arena(byte* memory) => next = (byte*)(((nint)memory + Alignment - 1) & -Alignment);

    /// <summary>Bytes that a measuring arena has given away, and those that alignment may cost.</summary>
    public readonly long Bytes => (long)next + Alignment;

    /// <summary>Room for <paramref name="count"/> values.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        var start = (T*)next;
        next += ((count * sizeof(T)) + Alignment - 1) & -Alignment;
        return start;
    }
}
