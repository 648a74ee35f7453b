namespace ParityGpu.Kernels.Simt;

/// <summary>What a pass over the batch or over held-out samples means for a run.</summary>
/// <param name="stepOver">Whether the next pass takes a new batch.</param>
/// <param name="judging">Whether it takes held-out samples.</param>
internal readonly struct CountingTurn(bool stepOver, bool judging)
{
    /// <summary>Whether the next pass takes a new batch.</summary>
    public readonly bool StepOver = stepOver;

    /// <summary>Whether the next pass takes held-out samples.</summary>
    public readonly bool Judging = judging;

    /// <summary>
    /// Counts a step, and decides whether its run is to be judged; or judges the run once it is clear how.
    /// </summary>
    /// <param name="rules">The run's settings.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="state">The run.</param>
    /// <param name="judging">Whether the pass took held-out samples.</param>
    /// <param name="stepped">Whether the pass was the last of a batch, and the step is done.</param>
    /// <param name="last">Whether it was the last of the batch or of the held-out samples.</param>
    /// <param name="errors">Errors among the samples so far.</param>
    public static CountingTurn Close(in RunSettings rules, int batch, ref RunState state, bool judging, bool stepped, bool last, int errors)
    {
        // The number of errors is needed only at the end of the budget; before that, one too many is enough to continue training.
        bool judged = judging && (last || (errors > rules.AllowedErrors && state.Steps < rules.MaxSteps));
        if (judged)
            EndOfRun.Judge(rules, ref state, EndOfRun.IsCheckDue(rules, batch, state), errors);

        if (!stepped)
            return new(judged, judging && !judged);

        EndOfRun.Count(rules, batch, ref state, errors, finite: true);
        bool due = state.Steps >= rules.MaxSteps || EndOfRun.IsCheckDue(rules, batch, state);
        return new(!due, due);
    }

    /// <summary>
    /// Steps that a launch has left.
    /// </summary>
    /// <param name="state">The run; becomes diverged if it is.</param>
    /// <param name="before">Steps left before the turn.</param>
    /// <param name="stepOver">Whether the next pass takes a new batch.</param>
    /// <param name="diverged">Whether the turn's step led to a parameter that is not finite.</param>
    public static int StepsLeft(ref RunState state, int before, bool stepOver, bool diverged)
    {
        if (diverged)
            state.Status = (int)RunStatus.Diverged;

        bool stopped = state.Status != (int)RunStatus.Running || EndOfRun.IsWaiting(state);
        return diverged || (stepOver && stopped) ? 0 : stepOver ? before - 1 : before;
    }
}
