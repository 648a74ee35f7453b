namespace ParityGpu.Kernels;

/// <summary>Single precision.</summary>
public readonly struct SinglePrecision : IPrecision<float>
{
    public static float Whole(int value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static bool IsPositive(float a) => a > 0f;

    public static int Ceiling(float a) => a > (int)a ? (int)a + 1 : (int)a;
}
