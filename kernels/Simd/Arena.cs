namespace ParityGpu.Kernels.Simd;

/// <summary>Scratch memory of a worker, handed out piece by piece; every piece is 64-byte aligned.</summary>
internal unsafe struct Arena
{
    private const int Alignment = 64;

    private byte* next;

    /// <summary>An arena in memory of at least <see cref="Bytes"/>; given null, one that only measures.</summary>
    public Arena(byte* memory) => next = (byte*)(((nint)memory + Alignment - 1) & -Alignment);

    /// <summary>Bytes that a measuring arena has handed out, plus those that alignment may cost.</summary>
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
