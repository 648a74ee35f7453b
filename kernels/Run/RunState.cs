namespace ParityGpu.Kernels;

/// <summary>Per-slot column: the state of the run in a slot apart from its weights. Read by the host after a launch.</summary>
public struct RunState
{
    /// <summary>SGD steps taken.</summary>
    public long Steps;

    /// <summary>A <see cref="RunStatus"/>.</summary>
    public int Status;

    /// <summary>Batches in a row without an error.</summary>
    public int CleanBatches;

    /// <summary>Errors, or the <see cref="Misfit"/>, on the held-out samples, once the status is Solved or Budget.</summary>
    public int HeldOutErrors;

    /// <summary>Errors or misfit so far in the window that the last batch belongs to, where some are allowed.</summary>
    public int WindowErrors;

    /// <summary>Steps after which the run waits for the host.</summary>
    public long StopAt;
}
