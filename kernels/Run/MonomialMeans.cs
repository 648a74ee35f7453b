namespace ParityGpu.Kernels;

/// <summary>
/// For each monomial of a target, the mean of f(x)·χ_S(x) over samples, which is f's coefficient of that parity. NaN where there is no monomial.
/// </summary>
public record struct MonomialMeans(float M0, float M1, float M2, float M3, float M4, float M5, float M6, float M7)
{
    /// <summary>The means where there are no monomials.</summary>
    public static MonomialMeans None => new(float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN);

    /// <summary>The mean of a monomial, counted from 0.</summary>
    public readonly float Of(int monomial) =>
        monomial < 4
            ? (monomial < 2 ? (monomial == 0 ? M0 : M1) : (monomial == 2 ? M2 : M3))
            : (monomial < 6 ? (monomial == 4 ? M4 : M5) : (monomial == 6 ? M6 : M7));
}
