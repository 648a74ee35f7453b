using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParityGpu.PtxMachine;

namespace ParityGpu.KernelsOnMachine;

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
