using ParityGpu.Kernels;

namespace ParityGpu.Tests.Kernels;

/// <summary>The canon's arithmetic on one float, by .NET alone.</summary>
internal readonly struct PlainReals : IArithmetic<float>
{
    public static float Broadcast(float value) => value;

    public static float BroadcastWord(uint value) => BitConverter.UInt32BitsToSingle(value);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float SelectLess(float a, float b, float whenLess, float otherwise) => a < b ? whenLess : otherwise;

    public static float SelectGreater(float a, float b, float whenGreater, float otherwise) => a > b ? whenGreater : otherwise;

    public static float And(float a, float b) => BroadcastWord(Word(a) & Word(b));

    public static float Or(float a, float b) => BroadcastWord(Word(a) | Word(b));

    public static float Xor(float a, float b) => BroadcastWord(Word(a) ^ Word(b));

    public static float AddWords(float a, float b) => BroadcastWord(Word(a) + Word(b));

    public static float Negate(float a) => Xor(a, BroadcastWord(0x80000000u));

    public static float NegatePositive(float a) => Or(a, BroadcastWord(0x80000000u));

    public static float SubtractWords(float a, float b) => BroadcastWord(Word(a) - Word(b));

    public static float ShiftLeft(float a, int bits) => BroadcastWord(Word(a) << bits);

    public static float ShiftRight(float a, int bits) => BroadcastWord(Word(a) >> bits);

    private static uint Word(float value) => BitConverter.SingleToUInt32Bits(value);
}
