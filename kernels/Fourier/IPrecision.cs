namespace ParityGpu.Kernels;

/// <summary>Real arithmetic in single or double precision.</summary>
public interface IPrecision<T>
    where T : unmanaged
{
    static abstract T Whole(int value);

    static abstract T Add(T a, T b);

    static abstract T Subtract(T a, T b);

    static abstract T Multiply(T a, T b);

    static abstract bool IsPositive(T a);

    /// <summary>The smallest integer that is not below a, for |a| &lt; 2^31.</summary>
    static abstract int Ceiling(T a);
}
