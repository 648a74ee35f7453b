namespace ParityGpu.Kernels;

/// <summary>Where the run in a slot stands; an <see cref="int"/> in <see cref="RunState.Status"/>.</summary>
public enum RunStatus
{
    /// <summary>The slot is empty.</summary>
    Idle = 0,

    /// <summary>Loaded by the host; the next launch draws its weights.</summary>
    Fresh = 1,

    Running = 2,
    Solved = 3,
    Budget = 4,
    Diverged = 5,
}
