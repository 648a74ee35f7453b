using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.PtxMachine;

/// <summary>Loads and stores.</summary>
internal static class MemoryOperations
{
    public static void LoadParameter(Warp warp, Instruction instruction, uint active)
    {
        for (int element = 0; element < instruction.Results.Length; element++)
        {
            int at = (int)instruction.AddressOffset + (element * instruction.ElementBytes);
            if (at < 0 || at + instruction.ElementBytes > warp.Group.Arguments.Length)
                throw instruction.Error("out of bounds of the parameters");

            ulong value = Read(warp.Group.Arguments, at, instruction.ElementBytes);
            for (uint left = active; left != 0; left &= left - 1)
                warp.Write(instruction.Results[element], BitOperations.TrailingZeroCount(left), value);
        }
    }

    public static void Load(Warp warp, Instruction instruction, uint active)
    {
        var access = new Access(warp, instruction, active, instruction.Results.Length);
        for (uint left = active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int at = access.Place(lane);
            int thread = warp.FirstThread + lane;
            for (int touched = at; touched < at + access.Bytes; touched++)
            {
                if (access.Log.Read(touched, thread, warp.Group) is { } trouble)
                    throw instruction.Error(trouble);
            }

            foreach (var result in instruction.Results)
            {
                warp.Write(result, lane, Read(access.Memory, at, instruction.ElementBytes));
                at += instruction.ElementBytes;
            }
        }

        access.Count();
    }

    public static void Store(Warp warp, Instruction instruction, uint active)
    {
        var access = new Access(warp, instruction, active, instruction.Sources.Length);
        int bytes = instruction.ElementBytes;
        for (uint left = active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int at = access.Place(lane);
            int thread = warp.FirstThread + lane;
            foreach (var source in instruction.Sources)
            {
                ulong value = warp.Read(source, lane);
                bool changes = ((value ^ Read(access.Memory, at, bytes)) & (ulong.MaxValue >> (64 - (8 * bytes)))) != 0;
                for (int touched = at; touched < at + bytes; touched++)
                {
                    if (access.Log.Write(touched, thread, warp.Group, changes) is { } trouble)
                        throw instruction.Error(trouble);
                }

                Write(access.Memory, at, bytes, value);
                at += bytes;
            }
        }

        access.Count();
    }

    private static ulong Read(byte[] memory, int at, int bytes) => bytes switch
    {
        1 => memory[at],
        2 => Unsafe.ReadUnaligned<ushort>(ref memory[at]),
        4 => Unsafe.ReadUnaligned<uint>(ref memory[at]),
        _ => Unsafe.ReadUnaligned<ulong>(ref memory[at]),
    };

    private static void Write(byte[] memory, int at, int bytes, ulong value)
    {
        if (bytes == 1)
            memory[at] = (byte)value;
        else if (bytes == 2)
            Unsafe.WriteUnaligned(ref memory[at], (ushort)value);
        else if (bytes == 4)
            Unsafe.WriteUnaligned(ref memory[at], (uint)value);
        else
            Unsafe.WriteUnaligned(ref memory[at], value);
    }
}
