namespace ParityGpu.Figures;

/// <summary>Unit of convergence times.</summary>
public enum TimeUnit
{
    Steps,

    /// <summary>Samples drawn, steps × batch: a run's cost, comparable across batch sizes.</summary>
    Samples,
}
