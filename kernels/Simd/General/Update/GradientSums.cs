using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Where the sum of a row of gradients starts and what becomes of it.</summary>
internal unsafe ref struct GradientSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Whether sums start from +0, whatever is stored.</summary>
    public bool Starts;

    /// <summary>Floats from a gradient to its weight, which moves by the sum; 0 to store the sum.</summary>
    public long ToWeights;
    public TVec Step;
    public TVec Decay;

    /// <summary>What the sum starts from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVec Begin(float* gradient) => Starts ? TLanes.Broadcast(0f) : TLanes.Load(gradient);

    /// <summary>Takes the sum; returns <paramref name="trouble"/>, NaN where a weight has moved and is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVec End(float* gradient, TVec sum, TVec trouble)
    {
        if (ToWeights != 0)
            return GeneralUpdate<TVec, TLanes>.Move(gradient + ToWeights, sum, Step, Decay, trouble);

        TLanes.Store(gradient, sum);
        return trouble;
    }
}
