using System.Runtime.InteropServices;

namespace ParityGpu.PtxMachine;

/// <summary>Buffers with gaps between them, and who touched which word of them.</summary>
public sealed class GlobalMemory
{
    /// <summary>Where addresses begin: beyond 32 bits, so that lost halves are noticed.</summary>
    private const ulong Base = 0x7f0000000000;

    /// <summary>Buffers start at multiples of this, as those of CUDA do, with as much between them.</summary>
    private const int Alignment = 256;

    private readonly List<(int Start, int End)> buffers = [];

    /// <summary>Per <see cref="Alignment"/> bytes, the number of the buffer there, or −1.</summary>
    private readonly List<int> owners = [-1];

    internal byte[] Bytes { get; private set; } = new byte[Alignment];

    internal AccessLog Log { get; } = new(Alignment);

    /// <summary>Places a buffer.</summary>
    /// <returns>Its address.</returns>
    public ulong Allocate(ReadOnlySpan<byte> contents)
    {
        int start = owners.Count * Alignment;
        int blocks = (contents.Length + Alignment - 1) / Alignment;
        owners.AddRange(Enumerable.Repeat(buffers.Count, blocks));
        owners.Add(-1);
        buffers.Add((start, start + contents.Length));
        byte[] grown = Bytes;
        Array.Resize(ref grown, owners.Count * Alignment);
        contents.CopyTo(grown.AsSpan(start));
        Bytes = grown;
        Log.Grow(grown.Length);
        return Base + (ulong)start;
    }

    /// <summary>Values from an address on.</summary>
    public Span<T> Values<T>(ulong address, int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Bytes.AsSpan((int)(address - Base)))[..count];

    /// <summary>Where an address lies in <see cref="Bytes"/>, or −1 if so many bytes from there on are not of one buffer.</summary>
    internal int Find(ulong address, int bytes)
    {
        ulong offset = unchecked(address - Base);
        if (offset >= (ulong)Bytes.Length)
            return -1;

        int owner = owners[(int)(offset / Alignment)];
        return owner >= 0 && (long)offset + bytes <= buffers[owner].End ? (int)offset : -1;
    }
}
