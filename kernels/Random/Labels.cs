using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>The target function: the only place that computes labels from inputs.</summary>
internal static class Labels
{
    /// <summary>True labels of 32 samples, the parity of their relevant inputs: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of<TInputs>(in RunSettings settings, TInputs inputs)
        where TInputs : struct, IRelevantInputs
    {
        uint labels = 0;
        for (int q = 0; q < settings.Degree; q++)
            labels ^= inputs.Word(q);

        return labels;
    }

    /// <summary>χ_S of 32 samples, the parity of a monomial's inputs: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfMonomial<TInputs>(in RunSettings settings, Monomial monomial, TInputs inputs)
        where TInputs : struct, IRelevantInputs
    {
        uint signs = 0;
        for (int q = 0; q < settings.Degree; q++)
            signs ^= ((monomial.Inputs >> q) & 1) != 0 ? inputs.Word(q) : 0;

        return signs;
    }
}
