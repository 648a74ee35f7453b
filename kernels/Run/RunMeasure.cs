namespace ParityGpu.Kernels;

/// <summary>What a measurement finds in a run after some steps (paper, sections 4 and 5).</summary>
public struct RunMeasure
{
    /// <summary>
    /// Mean loss of the batch the next step trains on, or of the whole finite sample, with the labels trained on.
    /// </summary>
    public float TrainLoss;

    /// <summary>Samples of that batch or finite sample whose outputs disagree with the labels trained on, or the <see cref="Misfit"/>.</summary>
    public int TrainErrors;

    /// <summary>Errors, or the <see cref="Misfit"/>, on the held-out samples of this step.</summary>
    public int HeldOutErrors;

    /// <summary>ρ = ‖θ_t − θ_0‖_∞ over all parameters; +∞ where one is NaN.</summary>
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

    /// <summary>f's coefficients of a polynomial target's monomials on the held-out samples.</summary>
    public MonomialMeans Means;
}
