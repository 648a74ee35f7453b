using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.PtxMachine;

/// <summary>What PTX says of types.</summary>
internal static class Numbers
{
    public static uint Bits<T>() => 8 * (uint)Unsafe.SizeOf<T>();

    /// <summary>The value; of all NaNs the positive one that NVIDIA's arithmetic gives, where x86 would pass an operand's on or make a negative one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Canonical<T>(T value)
        where T : INumber<T>
    {
        if (typeof(T) == typeof(float) && T.IsNaN(value))
            return (T)(object)BitConverter.UInt32BitsToSingle(0x7FFFFFFF);

        if (typeof(T) == typeof(double) && T.IsNaN(value))
            return (T)(object)BitConverter.UInt64BitsToDouble(0x7FFFFFFFFFFFFFFF);

        return value;
    }
}
