namespace ParityGpu.Kernels;

/// <summary>Double precision.</summary>
public readonly struct DoublePrecision : IPrecision<double>
{
    public static double Whole(int value) => value;

    public static double Add(double a, double b) => a + b;

    public static double Subtract(double a, double b) => a - b;

    public static double Multiply(double a, double b) => a * b;

    public static bool IsPositive(double a) => a > 0.0;

    public static int Ceiling(double a) => a > (int)a ? (int)a + 1 : (int)a;
}
