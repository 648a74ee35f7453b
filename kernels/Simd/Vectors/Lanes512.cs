using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>AVX-512: 16 lanes.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => 16;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> BroadcastWord(uint value) => Vector512.Create(value).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.FusedMultiplyAdd(a, b, c);

    // MAXPS returns its second operand when either is NaN or both are zero, exactly as the canon does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> z) => Avx512F.Max(z, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> And(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Xor(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MarkPositive(Vector512<float> words, Vector512<float> z, uint bit) =>
        Vector512.ConditionalSelect(
            Vector512.GreaterThan(z, Vector512<float>.Zero).AsUInt32(),
            words.AsUInt32() | Vector512.Create(bit),
            words.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MinusTwiceBits(in CountConstants<Vector512<float>> constants, Vector512<float> lowNibbles, Vector512<float> highNibbles)
    {
        var table = constants.NibbleTable.AsSByte();
        return (Avx512BW.Shuffle(table, lowNibbles.AsSByte()) + Avx512BW.Shuffle(table, highNibbles.AsSByte())).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddCounts(Vector512<float> a, Vector512<float> b) => (a.AsSByte() + b.AsSByte()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TotalCounts(in CountConstants<Vector512<float>> constants, Vector512<float> counts) =>
        Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(
            Avx512BW.MultiplyAddAdjacent(constants.ByteOnes.AsByte(), counts.AsSByte()), constants.ShortOnes.AsInt16()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector512<float>> CreateCountConstants() => new(
        Vector512.Create(Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice), Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice)).AsSingle(),
        Vector512<byte>.One.AsSingle(),
        Vector512<short>.One.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftRightByLane(Vector512<float> words, int bits) =>
        Avx512F.ShiftRightLogicalVariable(words.AsUInt32(), Vector512<uint>.Indices + Vector512.Create((uint)bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Permute(Vector512<float> table, Vector512<float> words) => Avx512F.PermuteVar16x32(table, words.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lookup(float* table, Vector512<float> words) => Permute(Vector512.Load(table), words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> LookupEight(float* table, Vector512<float> words) =>
        Avx512F.PermuteVar16x32(Vector512.Load(table), words.AsInt32() & Vector512.Create(7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> LoadBytes(sbyte* bytes) => Avx512F.ConvertToVector512Int32(Vector128.Load(bytes)).AsSingle();

    public static bool AnyNaN(Vector512<float> a) => !Vector512.EqualsAll(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SelectLess(Vector512<float> a, Vector512<float> b, Vector512<float> whenLess, Vector512<float> otherwise) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SelectGreater(Vector512<float> a, Vector512<float> b, Vector512<float> whenGreater, Vector512<float> otherwise) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), whenGreater, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Or(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() | b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddWords(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() + b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Negate(Vector512<float> a) => Xor(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> NegatePositive(Vector512<float> a) => Or(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SubtractWords(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftLeft(Vector512<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftRight(Vector512<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}
