using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels;

/// <summary>
/// The vector operations of the SIMD body, lanes = neurons. <typeparamref name="TVec"/> is one register; it holds floats,
/// 32-bit words or counts, whichever the operation's name says. Every implementation gives the same bits per lane.
/// </summary>
internal interface ILanes<TVec> : IReals<TVec>
    where TVec : unmanaged
{
    /// <summary>Lanes of a register: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    static abstract TVec Negate(TVec a);

    /// <summary>z where z &gt; 0, else +0 (NaN too).</summary>
    static abstract TVec Relu(TVec z);

    /// <summary><paramref name="words"/> with <paramref name="bit"/> set where z &gt; 0.</summary>
    static abstract TVec MarkPositive(TVec words, TVec z, uint bit);

    /// <summary>earlier | later &lt;&lt; shift, on words.</summary>
    static abstract TVec Append(TVec earlier, TVec later, int shift);

    /// <summary>All ones where <paramref name="bit"/> is set in the word, else zero.</summary>
    static abstract TVec Spread(TVec words, uint bit);

    /// <summary>The low nibbles of all bytes.</summary>
    static abstract TVec LowNibbles(TVec words);

    /// <summary>The high nibbles of all bytes, shifted down.</summary>
    static abstract TVec HighNibbles(TVec words);

    /// <summary>
    /// −2 · (set bits), as partial counts to be added by <see cref="AddCounts"/> (at most <see cref="LaneLimits.WordsPerCount"/> of
    /// them) and totalled by <see cref="TotalCounts"/>.
    /// </summary>
    static abstract TVec MinusTwiceBits(in CountConstants<TVec> constants, TVec lowNibbles, TVec highNibbles);

    static abstract TVec AddCounts(TVec a, TVec b);

    /// <summary>Partial counts to a 32-bit integer per lane.</summary>
    static abstract TVec TotalCounts(in CountConstants<TVec> constants, TVec counts);

    /// <summary>Constants of the counts.</summary>
    static abstract CountConstants<TVec> CreateCountConstants();

    static abstract TVec IntegerToFloat(TVec a);

    /// <summary>Words shifted right, lane l by l bits.</summary>
    static abstract TVec ShiftByLane(TVec words);

    /// <summary>The word rotated right, lane l by l + <paramref name="bits"/> bits.</summary>
    static abstract TVec RotateByLane(TVec words, int bits);

    /// <summary>table[low nibble of the word] of every lane; the table has sixteen entries.</summary>
    static abstract unsafe TVec Lookup(float* table, TVec words);

    /// <summary>Whether any lane is NaN.</summary>
    static abstract bool AnyNaN(TVec a);
}

/// <summary>
/// Constants of the population counts, made once per launch by a call the compiler cannot see through: otherwise it
/// rebuilds them from memory for every weight.
/// </summary>
/// <param name="nibbleTable">−2 · (set bits) of every nibble, as signed bytes, repeated in every 16-byte part.</param>
/// <param name="byteOnes">Bytes of 1.</param>
/// <param name="shortOnes">16-bit words of 1.</param>
internal readonly struct CountConstants<TVec>(TVec nibbleTable, TVec byteOnes, TVec shortOnes)
    where TVec : unmanaged
{
    public readonly TVec NibbleTable = nibbleTable;
    public readonly TVec ByteOnes = byteOnes;
    public readonly TVec ShortOnes = shortOnes;
}

/// <summary>The lookup table behind byte-shuffle population counts.</summary>
internal static class NibbleCounts
{
    public static Vector128<sbyte> MinusTwice =>
        Vector128.Create((sbyte)0, -2, -2, -4, -2, -4, -4, -6, -2, -4, -4, -6, -4, -6, -6, -8);
}

/// <summary>Limits shared by all lane implementations.</summary>
internal static class LaneLimits
{
    /// <summary>Words whose partial counts fit one signed byte: 8 words × (−2 · 8 bits) = −128.</summary>
    public const int WordsPerCount = 8;
}

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
    public static Vector512<float> Negate(Vector512<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.FusedMultiplyAdd(a, b, c);

    // MAXPS returns its second operand when either is NaN or both are zero: just the canon's choice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> z) => Avx512F.Max(z, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> And(Vector512<float> a, Vector512<float> b) =>
        (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Xor(Vector512<float> a, Vector512<float> b) =>
        (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MarkPositive(Vector512<float> words, Vector512<float> z, uint bit) =>
        Vector512.ConditionalSelect(
            Vector512.GreaterThan(z, Vector512<float>.Zero).AsUInt32(),
            words.AsUInt32() | Vector512.Create(bit),
            words.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Append(Vector512<float> earlier, Vector512<float> later, int shift) =>
        (earlier.AsUInt32() | (later.AsUInt32() << shift)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Spread(Vector512<float> words, uint bit) =>
        Vector512.Equals(words.AsUInt32() & Vector512.Create(bit), Vector512.Create(bit)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LowNibbles(Vector512<float> words) =>
        (words.AsUInt32() & Vector512.Create(0x0F0F0F0Fu)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> HighNibbles(Vector512<float> words) =>
        ((words.AsUInt32() >>> 4) & Vector512.Create(0x0F0F0F0Fu)).AsSingle();

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
        Avx512BW.MultiplyAddAdjacent(
            Avx512BW.MultiplyAddAdjacent(constants.ByteOnes.AsByte(), counts.AsSByte()), constants.ShortOnes.AsInt16()).AsSingle();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector512<float>> CreateCountConstants() => new(
        Vector512.Create(Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice), Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice)).AsSingle(),
        Vector512<byte>.One.AsSingle(),
        Vector512<short>.One.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IntegerToFloat(Vector512<float> a) => Vector512.ConvertToSingle(a.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftByLane(Vector512<float> words) =>
        Avx512F.ShiftRightLogicalVariable(words.AsUInt32(), Vector512<uint>.Indices).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RotateByLane(Vector512<float> words, int bits) =>
        Avx512F.RotateRightVariable(words.AsUInt32(), Vector512<uint>.Indices + Vector512.Create((uint)bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lookup(float* table, Vector512<float> words) =>
        Avx512F.PermuteVar16x32(Vector512.Load(table), words.AsInt32());

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
    public static Vector512<float> SubtractWords(Vector512<float> a, Vector512<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftLeft(Vector512<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftRight(Vector512<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}

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
    public static Vector256<float> Negate(Vector256<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> z) => Avx.Max(z, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> And(Vector256<float> a, Vector256<float> b) =>
        (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Xor(Vector256<float> a, Vector256<float> b) =>
        (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MarkPositive(Vector256<float> words, Vector256<float> z, uint bit) =>
        (words.AsUInt32() | (Vector256.GreaterThan(z, Vector256<float>.Zero).AsUInt32() & Vector256.Create(bit))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Append(Vector256<float> earlier, Vector256<float> later, int shift) =>
        (earlier.AsUInt32() | (later.AsUInt32() << shift)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Spread(Vector256<float> words, uint bit) =>
        Vector256.Equals(words.AsUInt32() & Vector256.Create(bit), Vector256.Create(bit)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LowNibbles(Vector256<float> words) =>
        (words.AsUInt32() & Vector256.Create(0x0F0F0F0Fu)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> HighNibbles(Vector256<float> words) =>
        ((words.AsUInt32() >>> 4) & Vector256.Create(0x0F0F0F0Fu)).AsSingle();

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
        Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(constants.ByteOnes.AsByte(), counts.AsSByte()), constants.ShortOnes.AsInt16()).AsSingle();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector256<float>> CreateCountConstants() => new(
        Vector256.Create(NibbleCounts.MinusTwice, NibbleCounts.MinusTwice).AsSingle(),
        Vector256<byte>.One.AsSingle(),
        Vector256<short>.One.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IntegerToFloat(Vector256<float> a) => Vector256.ConvertToSingle(a.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftByLane(Vector256<float> words) =>
        Avx2.ShiftRightLogicalVariable(words.AsUInt32(), Vector256<uint>.Indices).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> RotateByLane(Vector256<float> words, int bits)
    {
        var right = (Vector256<uint>.Indices + Vector256.Create((uint)bits)) & Vector256.Create(31u);
        return (Avx2.ShiftRightLogicalVariable(words.AsUInt32(), right)
            | Avx2.ShiftLeftLogicalVariable(words.AsUInt32(), Vector256.Create(32u) - right)).AsSingle();
    }

    // A permutation looks at three bits of a word; the fourth, moved to the sign, chooses the half of the table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> Lookup(float* table, Vector256<float> words) =>
        Avx.BlendVariable(
            Avx2.PermuteVar8x32(Vector256.Load(table), words.AsInt32()),
            Avx2.PermuteVar8x32(Vector256.Load(table + 8), words.AsInt32()),
            (words.AsUInt32() << 28).AsSingle());

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
    public static Vector256<float> SubtractWords(Vector256<float> a, Vector256<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftLeft(Vector256<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ShiftRight(Vector256<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}

/// <summary>128-bit vectors of any maker (Arm NEON, x86 without AVX2): 4 lanes.</summary>
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
    public static Vector128<float> Negate(Vector128<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu(Vector128<float> z) =>
        (z.AsUInt32() & Vector128.GreaterThan(z, Vector128<float>.Zero).AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> And(Vector128<float> a, Vector128<float> b) =>
        (a.AsUInt32() & b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Xor(Vector128<float> a, Vector128<float> b) =>
        (a.AsUInt32() ^ b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MarkPositive(Vector128<float> words, Vector128<float> z, uint bit) =>
        (words.AsUInt32() | (Vector128.GreaterThan(z, Vector128<float>.Zero).AsUInt32() & Vector128.Create(bit))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Append(Vector128<float> earlier, Vector128<float> later, int shift) =>
        (earlier.AsUInt32() | (later.AsUInt32() << shift)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Spread(Vector128<float> words, uint bit) =>
        Vector128.Equals(words.AsUInt32() & Vector128.Create(bit), Vector128.Create(bit)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LowNibbles(Vector128<float> words) =>
        (words.AsUInt32() & Vector128.Create(0x0F0F0F0Fu)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> HighNibbles(Vector128<float> words) =>
        ((words.AsUInt32() >>> 4) & Vector128.Create(0x0F0F0F0Fu)).AsSingle();

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
        return ((words >> 16) + ((words << 16) >> 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CountConstants<Vector128<float>> CreateCountConstants() => new(
        NibbleCounts.MinusTwice.AsSingle(), Vector128<byte>.One.AsSingle(), Vector128<short>.One.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> IntegerToFloat(Vector128<float> a) => Vector128.ConvertToSingle(a.AsInt32());

    public static Vector128<float> ShiftByLane(Vector128<float> words)
    {
        var w = words.AsUInt32();
        return Vector128.Create(w[0], w[1] >> 1, w[2] >> 2, w[3] >> 3).AsSingle();
    }

    public static Vector128<float> RotateByLane(Vector128<float> words, int bits)
    {
        var w = words.AsUInt32();
        return Vector128.Create(
            BitOperations.RotateRight(w[0], bits),
            BitOperations.RotateRight(w[1], bits + 1),
            BitOperations.RotateRight(w[2], bits + 2),
            BitOperations.RotateRight(w[3], bits + 3)).AsSingle();
    }

    public static unsafe Vector128<float> Lookup(float* table, Vector128<float> words)
    {
        var places = words.AsUInt32() & Vector128.Create(15u);
        return Vector128.Create(table[places[0]], table[places[1]], table[places[2]], table[places[3]]);
    }

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
    public static Vector128<float> SubtractWords(Vector128<float> a, Vector128<float> b) => (a.AsUInt32() - b.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ShiftLeft(Vector128<float> a, int bits) => (a.AsUInt32() << bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ShiftRight(Vector128<float> a, int bits) => (a.AsUInt32() >>> bits).AsSingle();
}

/// <summary>No vectors at all: one lane, scalar code on any machine .NET runs on.</summary>
internal readonly struct ScalarLane : ILanes<float>
{
    public static int Count => 1;

    public static float Broadcast(float value) => value;

    public static float BroadcastWord(uint value) => BitConverter.UInt32BitsToSingle(value);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Negate(float a) => -a;

    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Relu(float z) => z > 0 ? z : 0f;

    public static float And(float a, float b) => BroadcastWord(Word(a) & Word(b));

    public static float Xor(float a, float b) => BroadcastWord(Word(a) ^ Word(b));

    public static float MarkPositive(float words, float z, uint bit) => z > 0 ? BroadcastWord(Word(words) | bit) : words;

    public static float Append(float earlier, float later, int shift) => BroadcastWord(Word(earlier) | (Word(later) << shift));

    public static float Spread(float words, uint bit) => BroadcastWord((Word(words) & bit) != 0 ? uint.MaxValue : 0);

    public static float LowNibbles(float words) => BroadcastWord(Word(words) & 0x0F0F0F0F);

    public static float HighNibbles(float words) => BroadcastWord((Word(words) >> 4) & 0x0F0F0F0F);

    public static float MinusTwiceBits(in CountConstants<float> constants, float lowNibbles, float highNibbles) =>
        BitConverter.Int32BitsToSingle(-2 * BitOperations.PopCount(Word(lowNibbles) | (Word(highNibbles) << 4)));

    public static float AddCounts(float a, float b) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a) + BitConverter.SingleToInt32Bits(b));

    public static float TotalCounts(in CountConstants<float> constants, float counts) => counts;

    public static CountConstants<float> CreateCountConstants() => default;

    public static float IntegerToFloat(float a) => BitConverter.SingleToInt32Bits(a);

    public static float ShiftByLane(float words) => words;

    public static float RotateByLane(float words, int bits) => BroadcastWord(BitOperations.RotateRight(Word(words), bits));

    public static unsafe float Lookup(float* table, float words) => table[Word(words) & 15];

    public static bool AnyNaN(float a) => float.IsNaN(a);

    public static float SelectLess(float a, float b, float whenLess, float otherwise) => a < b ? whenLess : otherwise;

    public static float SelectGreater(float a, float b, float whenGreater, float otherwise) => a > b ? whenGreater : otherwise;

    public static float Or(float a, float b) => BroadcastWord(Word(a) | Word(b));

    public static float AddWords(float a, float b) => BroadcastWord(Word(a) + Word(b));

    public static float SubtractWords(float a, float b) => BroadcastWord(Word(a) - Word(b));

    public static float ShiftLeft(float a, int bits) => BroadcastWord(Word(a) << bits);

    public static float ShiftRight(float a, int bits) => BroadcastWord(Word(a) >> bits);

    private static uint Word(float a) => BitConverter.SingleToUInt32Bits(a);
}
