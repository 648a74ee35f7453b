using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Runs;

/// <summary>What a kernel's result on held-out samples (<see cref="Misfit"/>) says about a run.</summary>
public static class HeldOut
{
    /// <summary>Fraction of the held-out samples that are classified correctly; NaN if labels are real numbers.</summary>
    public static double Accuracy(Point point, int misfit) =>
        point.Target.IsParity ? 1 - ((double)misfit / point.TestSamples) : double.NaN;

    /// <summary>Mean square loss on the held-out samples if labels are real numbers; NaN otherwise.</summary>
    public static double Loss(Point point, int misfit) =>
        point.Target.IsParity ? double.NaN : (double)Misfit.ToSum(misfit) / point.TestSamples;
}
