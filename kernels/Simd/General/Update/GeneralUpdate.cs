using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>The optimizers over rows of parameters (NUMERICS.md).</summary>
internal static unsafe class GeneralUpdate<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Registers of parameters that go through Adam's formula together.</summary>
    private const int AdamRegisters = 32;

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
    /// The same for Adam, a part of its formula at a time: all of it is one long chain of operations, and a processor does not look far enough ahead to
    /// work on other registers meanwhile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool ApplyAdam(float* parameters, float* gradients, long count, int stride, float rate, in UpdateRule<TVec> rule)
    {
        TVec* denominators = stackalloc TVec[AdamRegisters];
        TVec step = TLanes.Broadcast(rate);
        TVec trouble = TLanes.Broadcast(0f);
        long chunk = (long)AdamRegisters * stride;
        for (long start = 0; start < count; start += chunk)
        {
            long end = Math.Min(count, start + chunk);
            TVec* denominator = denominators;
            for (long p = start; p < end; p += stride, denominator++)
            {
                float* moment = parameters + p + rule.MomentStride;
                float* square = moment + rule.MomentStride;
                TVec mean = TLanes.Multiply(TLanes.Load(gradients + p), rule.InverseBatch);
                TLanes.Store(moment, Optimizers<TVec, TLanes>.Moment(TLanes.Load(moment), mean, rule.Beta1));
                TVec second = Optimizers<TVec, TLanes>.Moment(TLanes.Load(square), TLanes.Multiply(mean, mean), rule.Beta2);
                TLanes.Store(square, second);
                *denominator = second;
            }

            TVec* last = denominator;
            for (denominator = denominators; denominator < last; denominator++)
                *denominator = Optimizers<TVec, TLanes>.AdamDenominator(*denominator, rule.Correction2, rule.Epsilon);

            denominator = denominators;
            for (long p = start; p < end; p += stride, denominator++)
            {
                TVec first = TLanes.Load(parameters + p + rule.MomentStride);
                TVec direction = Optimizers<TVec, TLanes>.AdamDirection(first, rule.Correction1, *denominator);
                trouble = Move(parameters + p, direction, step, rule.Decay, trouble);
            }
        }

        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>
    /// Moves a parameter. Its product with 0 is a zero or, unless it is finite, NaN; joined as bits, because sums would depend on each other for longer
    /// than the rest of a move takes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Move(float* parameter, TVec direction, TVec step, TVec decay, TVec trouble)
    {
        TVec w = Optimizers<TVec, TLanes>.Descend(TLanes.Load(parameter), direction, step, decay);
        TLanes.Store(parameter, w);
        return TLanes.Or(trouble, TLanes.Multiply(w, TLanes.Broadcast(0f)));
    }
}
