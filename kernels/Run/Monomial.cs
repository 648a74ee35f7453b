namespace ParityGpu.Kernels;

/// <summary>A term of a polynomial target: a coefficient times a parity of hidden coordinates.</summary>
public struct Monomial
{
    /// <summary>Maximum number of monomials in a target.</summary>
    public const int Most = 8;

    /// <summary>Maximum number of hidden coordinates of a polynomial: one bit each.</summary>
    public const int MostInputs = 64;

    /// <summary>The hidden coordinates: bit q is entry q of the slot's subset, or of the inputs of a sample's task.</summary>
    public ulong Inputs;

    /// <summary>The coefficient, rounded once to float.</summary>
    public float Coefficient;
}
