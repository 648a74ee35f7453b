namespace ParityGpu.Kernels.Simt;

/// <summary>How the threads of a group share an optimizer's step.</summary>
internal interface IUpdate
{
    /// <summary>
    /// Moves the trained parameters.
    /// </summary>
    /// <param name="phase">Step sizes and decay.</param>
    /// <param name="direction">The optimizer.</param>
    /// <returns>Whether all parameters this thread updated are finite.</returns>
    bool Descend<TDirection>(SchedulePhase phase, TDirection direction)
        where TDirection : struct, IDirection;
}
