using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Runs;

/// <summary>What a kernel's count of held-out samples (<see cref="Misfit"/>) says of a run.</summary>
public static class HeldOut
{
    /// <summary>Fraction of the held-out samples that are classified right; NaN where labels are real numbers.</summary>
    public static double Accuracy(Point point, int misfit) =>
        point.Target.IsParity ? 1 - ((double)misfit / point.TestSamples) : double.NaN;

    /// <summary>Mean square loss on them where labels are real numbers; NaN elsewhere.</summary>
    public static double Loss(Point point, int misfit) =>
        point.Target.IsParity ? double.NaN : (double)Misfit.ToSum(misfit) / point.TestSamples;
}
