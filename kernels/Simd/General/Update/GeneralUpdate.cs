using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>The optimizers over rows of parameters (NUMERICS.md).</summary>
internal static unsafe class GeneralUpdate<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
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
        TVec step = TLanes.Broadcast(rate);
        TVec decay = rule.Decay;
        TVec zero = TLanes.Broadcast(0f);
        TVec trouble = zero;
        float* moments = parameters + rule.MomentStride;
        float* squares = moments + rule.MomentStride;
        for (long p = 0; p < count; p += stride)
        {
            TVec direction = TLanes.Load(gradients + p);
            if (rule.Optimizer == (int)Optimizer.Momentum)
            {
                direction = TLanes.Fma(rule.Beta1, TLanes.Load(moments + p), direction);
                TLanes.Store(moments + p, direction);
            }
            else if (rule.Optimizer == (int)Optimizer.SignSgd)
            {
                direction = Optimizers<TVec, TLanes>.Sign(direction);
            }
            else if (rule.Optimizer == (int)Optimizer.Adam)
            {
                TVec mean = TLanes.Multiply(direction, rule.InverseBatch);
                TVec first = Optimizers<TVec, TLanes>.Moment(TLanes.Load(moments + p), mean, rule.Beta1);
                TVec second = Optimizers<TVec, TLanes>.Moment(TLanes.Load(squares + p), TLanes.Multiply(mean, mean), rule.Beta2);
                TLanes.Store(moments + p, first);
                TLanes.Store(squares + p, second);
                direction = Optimizers<TVec, TLanes>.AdamDirection(
                    first, second, rule.Correction1, rule.Correction2, rule.Epsilon);
            }

            TVec w = Optimizers<TVec, TLanes>.Descend(TLanes.Load(parameters + p), direction, step, decay);
            TLanes.Store(parameters + p, w);
            trouble = TLanes.Fma(w, zero, trouble);
        }

        return !TLanes.AnyNaN(trouble);
    }
}
