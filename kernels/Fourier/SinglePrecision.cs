namespace ParityGpu.Kernels;

/// <summary>Single precision.</summary>
public readonly struct SinglePrecision : IPrecision<float>
{
    public static float Whole(int value) => value;

    public static int Ceiling(float a) => a > (int)a ? (int)a + 1 : (int)a;
}
