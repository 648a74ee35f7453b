using System.Runtime.InteropServices;

namespace ParityGpu.KernelsOnMachine;

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
