using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>AVX2 with FMA: 8 lanes.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => 8;

    public static bool IsSupported => Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> BroadcastWord(uint value) => Vector256.Create(value).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> z) => Avx.Max(z, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> And(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Xor(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MarkPositive(Vector256<float> words, Vector256<float> z, uint bit) =>
        (words.AsUInt32() | (Vector256.GreaterThan(z, Vector256<float>.Zero).AsUInt32() & Vector256.Create(bit))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MinusTwiceBits(in CountConstants<Vector256<float>> constants, Vector256<float> lowNibbles, Vector256<float> highNibbles)
    {
        var table = constants.NibbleTable.AsSByte();
        return (Avx2.Shuffle(table, lowNibbles.AsSByte()) + Avx2.Shuffle(table, highNibbles.AsSByte())).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddCounts(Vector256<float> a, Vector256<float> b) => (a.AsSByte() + b.AsSByte()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TotalCounts(in CountConstants<Vector256<float>> constants, Vector256<float> counts) =>
        Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(constants.ByteOnes.AsByte(), counts.AsSByte()), constants.ShortOnes.AsInt16()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector256<float>> CreateCountConstants() => new(
        Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice).AsSingle(),
        Vector256<byte>.One.AsSingle(),
        Vector256<short>.One.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftRightByLane(Vector256<float> words, int bits) =>
        Avx2.ShiftRightLogicalVariable(words.AsUInt32(), Vector256<uint>.Indices + Vector256.Create((uint)bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Permute(Vector256<float> table, Vector256<float> words) => Avx2.PermuteVar8x32(table, words.AsInt32());

    // A permutation reads three bits of a word; the fourth, moved to the sign, selects the half of the table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> Lookup(float* table, Vector256<float> words) =>
        Avx.BlendVariable(
            Permute(Vector256.Load(table), words),
            Permute(Vector256.Load(table + 8), words),
            (words.AsUInt32() << 28).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> LookupEight(float* table, Vector256<float> words) => Permute(Vector256.Load(table), words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> LoadBytes(sbyte* bytes) => Avx2.ConvertToVector256Int32(bytes).AsSingle();

    public static bool AnyNaN(Vector256<float> a) => !Vector256.EqualsAll(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SelectLess(Vector256<float> a, Vector256<float> b, Vector256<float> whenLess, Vector256<float> otherwise) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SelectGreater(Vector256<float> a, Vector256<float> b, Vector256<float> whenGreater, Vector256<float> otherwise) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), whenGreater, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Or(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() | b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddWords(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() + b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Negate(Vector256<float> a) => Xor(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NegatePositive(Vector256<float> a) => Or(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SubtractWords(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftLeft(Vector256<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftRight(Vector256<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}
