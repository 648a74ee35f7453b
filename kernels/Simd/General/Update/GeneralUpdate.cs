using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>The optimizers over rows of parameters (NUMERICS.md).</summary>
internal static unsafe class GeneralUpdate<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Registers between the two halves of Adam's formula.</summary>
    private const int AdamLag = 4;

    /// <summary>Updates parameters that share a step size.</summary>
    /// <param name="parameters">[count], the moments behind them.</param>
    /// <param name="gradients">[count].</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="stride">Floats from one register to the next, if some hold nothing but padding.</param>
    /// <param name="rate">Step size.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>Whether all new parameters are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Apply(float* parameters, float* gradients, long count, int stride, float rate, in UpdateRule<TVec> rule)
    {
        if (rule.Optimizer == (int)Optimizer.Adam)
            return ApplyAdam(parameters, gradients, count, stride, rate, rule);

        TVec step = TLanes.Broadcast(rate);
        TVec decay = rule.Decay;
        TVec trouble = TLanes.Broadcast(0f);
        for (long p = 0; p < count; p += stride)
        {
            TVec direction = TLanes.Load(gradients + p);
            if (rule.Optimizer == (int)Optimizer.Momentum)
            {
                float* moment = parameters + p + rule.MomentStride;
                direction = TLanes.Fma(rule.Beta1, TLanes.Load(moment), direction);
                TLanes.Store(moment, direction);
            }
            else if (rule.Optimizer == (int)Optimizer.SignSgd)
            {
                direction = Optimizers<TVec, TLanes>.Sign(direction);
            }

            trouble = Move(parameters + p, direction, step, decay, trouble);
        }

        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>
    /// The same for Adam. Its formula is one long chain of operations, and a processor does not look far enough ahead to work on enough registers at a
    /// time; so a register's second half comes <see cref="AdamLag"/> registers after its first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static bool ApplyAdam(float* parameters, float* gradients, long count, int stride, float rate, in UpdateRule<TVec> rule)
    {
        const uint Ring = 2 * AdamLag;
        TVec* denominators = stackalloc TVec[(int)Ring];
        TVec step = TLanes.Broadcast(rate);
        TVec one = TLanes.Broadcast(1f);
        TVec decay = rule.Decay, inverseBatch = rule.InverseBatch, epsilon = rule.Epsilon;
        TVec beta1 = rule.Beta1, rest1 = TLanes.Subtract(one, beta1), correction1 = rule.Correction1;
        TVec beta2 = rule.Beta2, rest2 = TLanes.Subtract(one, beta2), correction2 = rule.Correction2;
        TVec trouble = TLanes.Broadcast(0f);
        float* moments = parameters + rule.MomentStride;
        float* squares = moments + rule.MomentStride;
        long lag = (long)AdamLag * stride;
        uint slot = 0;
        for (long p = 0; p < count + lag; p += stride)
        {
            if (p < count)
            {
                TVec mean = TLanes.Multiply(TLanes.Load(gradients + p), inverseBatch);
                TLanes.Store(moments + p, Optimizers<TVec, TLanes>.Moment(TLanes.Load(moments + p), mean, beta1, rest1));
                TVec square = Optimizers<TVec, TLanes>.Moment(TLanes.Load(squares + p), TLanes.Multiply(mean, mean), beta2, rest2);
                TLanes.Store(squares + p, square);
                denominators[slot] = Optimizers<TVec, TLanes>.AdamDenominator(square, correction2, epsilon);
            }

            if (p >= lag)
            {
                TVec denominator = denominators[(slot + AdamLag) % Ring];
                TVec direction = Optimizers<TVec, TLanes>.AdamDirection(TLanes.Load(moments + p - lag), correction1, denominator);
                trouble = Move(parameters + p - lag, direction, step, decay, trouble);
            }

            slot = (slot + 1) % Ring;
        }

        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>
    /// Moves a parameter. Its difference from itself is 0 or, unless it is finite, NaN; joined as bits, because sums would depend on each other for
    /// longer than the rest of a move takes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Move(float* parameter, TVec direction, TVec step, TVec decay, TVec trouble)
    {
        TVec w = Optimizers<TVec, TLanes>.Descend(TLanes.Load(parameter), direction, step, decay);
        TLanes.Store(parameter, w);
        return TLanes.Or(trouble, TLanes.Subtract(w, w));
    }
}
