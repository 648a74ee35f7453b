using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>Turns bits into ±1 floats and words for counts.</summary>
internal static unsafe class SignBits
{
    private const uint One = 0x3F800000;

    /// <summary>One sample's inputs as ±1, <paramref name="count"/> (a multiple of four) of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float* destination, uint* inputs, int count, int sample)
    {
        for (int i = 0; i < count; i += 4)
            (((Vector128.Load(inputs + i) >>> sample) << 31) | Vector128.Create(One)).Store((uint*)destination + i);
    }

    /// <summary>y·x of the batch's only sample as ±1, the bias's input last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SpreadSingle(float* destination, uint* inputs, uint label, int count)
    {
        var labels = Vector128.Create(label);
        for (int i = 0; i < count; i += 4)
            (((Vector128.Load(inputs + i) ^ labels) << 31) | Vector128.Create(One)).Store((uint*)destination + i);

        destination[count] = BitConverter.UInt32BitsToSingle(One | (label << 31));
    }

    /// <summary>A word (low half) and the same shifted right by four (high half), as the nibble counts need them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong WithShifted(uint word) => word | ((ulong)(word >> 4) << 32);
}
