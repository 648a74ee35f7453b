using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>The buffers of a bank of slots on the general path, as one kernel argument.</summary>
public struct NetBuffers
{
    /// <summary>[slots][<see cref="NetLayout.RunFloats"/>]: parameters and moments.</summary>
    public ArrayView<float> Runs;

    /// <summary>[slots].</summary>
    public ArrayView<RunSettings> Settings;

    /// <summary>[slots][<see cref="LaunchShape.SubsetStride"/>]: relevant inputs.</summary>
    public ArrayView<int> Subsets;

    /// <summary>[slots][<see cref="LaunchShape.Phases"/>].</summary>
    public ArrayView<SchedulePhase> Phases;

    /// <summary>[slots][<see cref="LaunchShape.Coefficients"/>]: c_0 … c_k of a polynomial activation.</summary>
    public ArrayView<float> Coefficients;

    /// <summary>[slots][<see cref="NetLayout.DataWords"/>]: finite samples, filled when a run starts.</summary>
    public ArrayView<uint> Data;

    /// <summary>[slots].</summary>
    public ArrayView<RunState> States;
}

/// <summary>What a measurement looks at.</summary>
public static class MeasureRequest
{
    /// <summary>Nothing: the slot is passed over.</summary>
    public const int None = 0;

    /// <summary>Loss, accuracy, movement.</summary>
    public const int Progress = 1;

    /// <summary>The same and the Fourier gap of the population gradient, by all 2^n inputs.</summary>
    public const int ProgressAndGap = 2;
}

/// <summary>How a run looks inside after some steps (paper, sections 4 and 5).</summary>
public struct RunMeasure
{
    /// <summary>
    /// Mean loss of the batch the next step trains on, or of the whole finite sample, on the labels that are trained on.
    /// </summary>
    public float TrainLoss;

    /// <summary>Samples of that batch or finite sample that do not agree with the labels that are trained on.</summary>
    public int TrainErrors;

    /// <summary>Errors on the held-out samples of this step.</summary>
    public int HeldOutErrors;

    /// <summary>ρ = ‖θ_t − θ_0‖_∞ over all parameters; +∞ where one is not a number.</summary>
    public float Movement;

    /// <summary>Largest movement of a first-layer weight from a relevant input; of a transformer, in a relevant position's embedding.</summary>
    public float MovementRelevant;

    /// <summary>The same for irrelevant inputs or positions; 0 if there are none.</summary>
    public float MovementIrrelevant;

    /// <summary>
    /// max_j (min_{i∈S} |G_ji| − max_{i∉S} |G_ji|) of the population gradient G over all 2^n inputs with true labels; NaN unless asked
    /// for, and for a transformer.
    /// </summary>
    public float Gap;
}
