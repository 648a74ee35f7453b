namespace ParityGpu.Specs;

/// <summary>How a run ended.</summary>
public enum Outcome
{
    /// <summary>A clean stretch of batches, then no error on the held-out samples.</summary>
    Solved,

    /// <summary>The step budget ran out.</summary>
    Budget,

    /// <summary>A weight became infinite or NaN.</summary>
    Diverged,
}

/// <summary>One finished run.</summary>
/// <param name="Point">Index of the point in <see cref="SweepSpec.Points"/>.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Steps">SGD steps taken; for a solved run this is the convergence time.</param>
/// <param name="Accuracy">Fraction of the held-out samples classified correctly after the
/// last step; NaN for a diverged run and for a polynomial target.</param>
/// <param name="Loss">Mean square loss on the held-out samples after the last step of a run with
/// a polynomial target; NaN for a diverged run and for a parity.</param>
public readonly record struct RunRecord(int Point, long Seed, Outcome Outcome, long Steps, double Accuracy, double Loss = double.NaN);
