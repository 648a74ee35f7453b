namespace ParityGpu.Kernels;

/// <summary>Integers to real numbers of single or double precision and back.</summary>
public interface IPrecision<T>
    where T : unmanaged
{
    static abstract T Whole(int value);

    /// <summary>The smallest integer that is not below a, for |a| &lt; 2^31.</summary>
    static abstract int Ceiling(T a);
}
