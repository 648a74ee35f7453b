using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParityGpu.PtxMachine;

namespace ParityGpu.Tests.Ptx;

/// <summary>The parameters of a launch as ILGPU lays them out; views are an address and a length.</summary>
internal sealed class Arguments
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    /// <summary>Adds a structure or number, behind padding up to a multiple of <paramref name="alignment"/> bytes.</summary>
    public Arguments Add<T>(T value, int alignment)
        where T : unmanaged
    {
        while (bytes.Count % alignment != 0)
            bytes.Add(0);

        bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        return this;
    }

    public Arguments Add<T>(MachineBuffer<T> buffer)
        where T : unmanaged =>
        Add(buffer.Address, sizeof(ulong)).Add((long)buffer.Length, sizeof(long));
}

/// <summary>A buffer in the machine's global memory.</summary>
internal sealed class MachineBuffer<T>
    where T : unmanaged
{
    private readonly Machine machine;

    public MachineBuffer(Machine machine, ReadOnlySpan<T> contents)
    {
        this.machine = machine;
        Length = contents.Length;
        Address = machine.Memory.Allocate(MemoryMarshal.AsBytes(contents));
    }

    /// <summary>A buffer whose 32-bit words all hold the same.</summary>
    public static MachineBuffer<T> Filled(Machine machine, long length, uint word)
    {
        uint[] words = new uint[length * Unsafe.SizeOf<T>() / sizeof(uint)];
        Array.Fill(words, word);
        return new(machine, MemoryMarshal.Cast<uint, T>(words));
    }

    public ulong Address { get; }

    public int Length { get; }

    public Span<T> Values => machine.Memory.Values<T>(Address, Length);
}
