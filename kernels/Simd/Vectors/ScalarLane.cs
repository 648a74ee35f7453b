using System.Numerics;

namespace ParityGpu.Kernels.Simd;

/// <summary>No vectors at all: one lane of scalar code, for any machine that .NET runs on.</summary>
internal readonly struct ScalarLane : ILanes<float>
{
    public static int Count => 1;

    public static float Broadcast(float value) => value;

    public static float BroadcastWord(uint value) => BitConverter.UInt32BitsToSingle(value);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Relu(float z) => z > 0 ? z : 0f;

    public static float And(float a, float b) => BroadcastWord(Word(a) & Word(b));

    public static float Xor(float a, float b) => BroadcastWord(Word(a) ^ Word(b));

    public static float MarkPositive(float words, float z, uint bit) => z > 0 ? BroadcastWord(Word(words) | bit) : words;

    public static float MinusTwiceBits(in CountConstants<float> constants, float lowNibbles, float highNibbles) =>
        BitConverter.Int32BitsToSingle(-2 * BitOperations.PopCount(Word(lowNibbles) | (Word(highNibbles) << 4)));

    public static float AddCounts(float a, float b) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a) + BitConverter.SingleToInt32Bits(b));

    public static float TotalCounts(in CountConstants<float> constants, float counts) => BitConverter.SingleToInt32Bits(counts);

    public static CountConstants<float> CreateCountConstants() => default;

    public static float ShiftRightByLane(float words, int bits) => BroadcastWord(Word(words) >> bits);

    public static float Permute(float table, float words) => table;

    public static unsafe float Lookup(float* table, float words) => table[Word(words) & 15];

    public static unsafe float LookupEight(float* table, float words) => table[Word(words) & 7];

    // Sign-extended by arithmetic: .NET 10.0.12 takes Int32BitsToSingle(*bytes) for a load of four bytes.
    public static unsafe float LoadBytes(sbyte* bytes) => BroadcastWord((*(byte*)bytes ^ 0x80u) - 0x80u);

    public static bool AnyNaN(float a) => float.IsNaN(a);

    public static float SelectLess(float a, float b, float whenLess, float otherwise) => a < b ? whenLess : otherwise;

    public static float SelectGreater(float a, float b, float whenGreater, float otherwise) => a > b ? whenGreater : otherwise;

    public static float Or(float a, float b) => BroadcastWord(Word(a) | Word(b));

    public static float AddWords(float a, float b) => BroadcastWord(Word(a) + Word(b));

    public static float Negate(float a) => Xor(a, BroadcastWord(0x80000000u));

    public static float NegatePositive(float a) => Or(a, BroadcastWord(0x80000000u));

    public static float SubtractWords(float a, float b) => BroadcastWord(Word(a) - Word(b));

    public static float ShiftLeft(float a, int bits) => BroadcastWord(Word(a) << bits);

    public static float ShiftRight(float a, int bits) => BroadcastWord(Word(a) >> bits);

    private static uint Word(float a) => BitConverter.SingleToUInt32Bits(a);
}
