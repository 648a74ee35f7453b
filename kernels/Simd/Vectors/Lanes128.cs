using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>128-bit vectors of any architecture (Arm NEON, x86 without AVX2): 4 lanes.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Count => 4;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> BroadcastWord(uint value) => Vector128.Create(value).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu(Vector128<float> z) =>
        (z.AsUInt32() & Vector128.GreaterThan(z, Vector128<float>.Zero).AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> And(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Xor(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MarkPositive(Vector128<float> words, Vector128<float> z, uint bit) =>
        (words.AsUInt32() | (Vector128.GreaterThan(z, Vector128<float>.Zero).AsUInt32() & Vector128.Create(bit))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MinusTwiceBits(
        in CountConstants<Vector128<float>> constants, Vector128<float> lowNibbles, Vector128<float> highNibbles)
    {
        var table = constants.NibbleTable.AsSByte();
        return (Vector128.Shuffle(table, lowNibbles.AsSByte()) + Vector128.Shuffle(table, highNibbles.AsSByte())).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddCounts(Vector128<float> a, Vector128<float> b) => (a.AsSByte() + b.AsSByte()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> TotalCounts(in CountConstants<Vector128<float>> constants, Vector128<float> counts)
    {
        var pairs = counts.AsInt16();
        var sums = (pairs >> 8) + ((pairs << 8) >> 8);
        var words = sums.AsInt32();
        return Vector128.ConvertToSingle((words >> 16) + ((words << 16) >> 16));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector128<float>> CreateCountConstants() => new(
        NibbleCounts.MinusTwice.AsSingle(), Vector128<byte>.One.AsSingle(), Vector128<short>.One.AsSingle());

    public static Vector128<float> ShiftRightByLane(Vector128<float> words, int bits)
    {
        var w = words.AsUInt32();
        return Vector128.Create(w[0] >> bits, w[1] >> (bits + 1), w[2] >> (bits + 2), w[3] >> (bits + 3)).AsSingle();
    }

    public static Vector128<float> Permute(Vector128<float> table, Vector128<float> words) =>
        Vector128.Shuffle(table.AsInt32(), words.AsInt32() & Vector128.Create(3)).AsSingle();

    public static unsafe Vector128<float> Lookup(float* table, Vector128<float> words)
    {
        var places = words.AsUInt32() & Vector128.Create(15u);
        return Vector128.Create(table[places[0]], table[places[1]], table[places[2]], table[places[3]]);
    }

    public static unsafe Vector128<float> LookupEight(float* table, Vector128<float> words) =>
        Lookup(table, And(words, BroadcastWord(7)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector128<float> LoadBytes(sbyte* bytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(int*)bytes).AsSByte())).AsSingle();

    public static bool AnyNaN(Vector128<float> a) => !Vector128.EqualsAll(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectLess(Vector128<float> a, Vector128<float> b, Vector128<float> whenLess, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectGreater(Vector128<float> a, Vector128<float> b, Vector128<float> whenGreater, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), whenGreater, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Or(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() | b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddWords(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() + b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Negate(Vector128<float> a) => Xor(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> NegatePositive(Vector128<float> a) => Or(a, BroadcastWord(0x80000000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SubtractWords(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ShiftLeft(Vector128<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ShiftRight(Vector128<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}
