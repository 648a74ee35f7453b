namespace ParityGpu.Kernels;

/// <summary>Double precision.</summary>
public readonly struct DoublePrecision : IPrecision<double>
{
    public static double Whole(int value) => value;

    public static int Ceiling(double a) => a > (int)a ? (int)a + 1 : (int)a;
}
