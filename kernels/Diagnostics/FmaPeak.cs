using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels;

/// <summary>
/// Independent fused multiply-adds in registers and nothing else: the rate no arithmetic on a CPU core can beat, measured
/// beside every CPU benchmark because shared machines change speed.
/// </summary>
public static class FmaPeak
{
    private const int Chains = 12;

    /// <summary>Floating-point operations one group of <see cref="Kernel"/> does.</summary>
    public static double Operations(int iterations) => 2.0 * Chains * Simd.Workers.VectorLanes * iterations;

    /// <summary>Runs the chains once per group of one thread and stores their sum.</summary>
    public static void Kernel(ArrayView<float> sums, int iterations) => sums[Grid.IdxX] = Run(iterations);

    [IntrinsicImplementation]
    private static float Run(int iterations) =>
        Simd.Lanes512.IsSupported ? Chain<Vector512<float>, Simd.Lanes512>(iterations)
        : Simd.Lanes256.IsSupported ? Chain<Vector256<float>, Simd.Lanes256>(iterations)
        : Simd.Lanes128.IsSupported ? Chain<Vector128<float>, Simd.Lanes128>(iterations)
        : Chain<float, Simd.ScalarLane>(iterations);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain<TVec, TLanes>(int iterations)
        where TVec : unmanaged
        where TLanes : struct, Simd.ILanes<TVec>
    {
        TVec factor = TLanes.Broadcast(0.999f);
        TVec addend = TLanes.Broadcast(0.001f);
        TVec a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        TVec g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            a = TLanes.Fma(a, factor, addend);
            b = TLanes.Fma(b, factor, addend);
            c = TLanes.Fma(c, factor, addend);
            d = TLanes.Fma(d, factor, addend);
            e = TLanes.Fma(e, factor, addend);
            f = TLanes.Fma(f, factor, addend);
            g = TLanes.Fma(g, factor, addend);
            h = TLanes.Fma(h, factor, addend);
            i = TLanes.Fma(i, factor, addend);
            j = TLanes.Fma(j, factor, addend);
            k = TLanes.Fma(k, factor, addend);
            l = TLanes.Fma(l, factor, addend);
        }

        TVec sum = TLanes.Add(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(TLanes.Add(e, f), TLanes.Add(g, h)));
        sum = TLanes.Add(sum, TLanes.Add(TLanes.Add(i, j), TLanes.Add(k, l)));
        return Unsafe.As<TVec, float>(ref sum);
    }
}
