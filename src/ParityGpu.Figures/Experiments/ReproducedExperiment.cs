namespace ParityGpu.Figures.Experiments;

/// <summary>An experiment that was trained, drawn and judged.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Sweeps">What was trained.</param>
/// <param name="Result">Its figure and verdict.</param>
public sealed record ReproducedExperiment(Experiment Experiment, IReadOnlyList<ExperimentSweep> Sweeps, ExperimentResult Result)
{
    /// <summary>Runs that are finished.</summary>
    public required long Runs { get; init; }

    /// <summary>Seconds of training, summed over all sessions.</summary>
    public required double Seconds { get; init; }

    /// <summary>Where it was trained.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The sweeps that are only partly finished, one line each.</summary>
    public required IReadOnlyList<string> Parts { get; init; }
}
