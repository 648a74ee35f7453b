namespace ParityGpu.Figures;

/// <summary>What convergence times are counted in.</summary>
public enum TimeUnit
{
    Steps,

    /// <summary>Samples drawn, steps × batch: what a run costs whatever its batch.</summary>
    Samples,
}
