using ParityGpu.Kernels;

namespace ParityGpu.Tests.Ptx;

/// <summary>Bits to compare; all NaNs count as one, since NVIDIA's arithmetic gives another than x86.</summary>
internal static class FloatBits
{
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);

    public static (uint Loss, int TrainErrors, int HeldOutErrors, uint All, uint Relevant, uint Irrelevant, uint Gap, MonomialMeans Means) Of(RunMeasure measure) =>
        (Of(measure.TrainLoss), measure.TrainErrors, measure.HeldOutErrors, Of(measure.Movement), Of(measure.MovementRelevant),
            Of(measure.MovementIrrelevant), Of(measure.Gap), measure.Means);
}
