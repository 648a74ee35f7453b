using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The float of one GPU thread.</summary>
internal readonly struct DeviceArithmetic : IArithmetic<float>
{
    public static float Broadcast(float value) => value;

    public static float BroadcastWord(uint value) => Interop.IntAsFloat(value);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Fma(float a, float b, float c) => ExactMath.Fma(a, b, c);

    public static float SelectGreater(float a, float b, float whenGreater, float otherwise) => a > b ? whenGreater : otherwise;

    public static float SelectLess(float a, float b, float whenLess, float otherwise) => a < b ? whenLess : otherwise;

    public static float And(float a, float b) => BroadcastWord(Interop.FloatAsInt(a) & Interop.FloatAsInt(b));

    public static float Or(float a, float b) => BroadcastWord(Interop.FloatAsInt(a) | Interop.FloatAsInt(b));

    public static float Xor(float a, float b) => BroadcastWord(Interop.FloatAsInt(a) ^ Interop.FloatAsInt(b));

    public static float AddWords(float a, float b) => BroadcastWord(Interop.FloatAsInt(a) + Interop.FloatAsInt(b));

    public static float Negate(float a) => -a;

    public static float NegatePositive(float a) => -a;

    public static float SubtractWords(float a, float b) => BroadcastWord(Interop.FloatAsInt(a) - Interop.FloatAsInt(b));

    public static float ShiftLeft(float a, int bits) => BroadcastWord(Interop.FloatAsInt(a) << bits);

    public static float ShiftRight(float a, int bits) => BroadcastWord(Interop.FloatAsInt(a) >> bits);
}
