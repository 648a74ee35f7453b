using ParityGpu.Kernels;

namespace ParityGpu.Tests.Kernels;

/// <summary>Floats as words to compare. What is not a number is one word, because which NaN an operation gives depends on the device.</summary>
internal static class FloatBits
{
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);

    public static uint[] Of(IEnumerable<float> values) => [.. values.Select(Of)];

    public static (uint Loss, int TrainErrors, int HeldOutErrors, uint All, uint Relevant, uint Irrelevant, uint Gap, MonomialMeans Means) Of(RunMeasure measure) =>
        (Of(measure.TrainLoss), measure.TrainErrors, measure.HeldOutErrors, Of(measure.Movement), Of(measure.MovementRelevant),
            Of(measure.MovementIrrelevant), Of(measure.Gap), measure.Means);
}
