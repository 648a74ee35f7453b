namespace ParityGpu.Kernels;

/// <summary>"End of a run" of NUMERICS.md, and when a run waits for the host.</summary>
internal static class NetSimtRules
{
    /// <summary>Whether the run has taken the steps after which the host wants to see it.</summary>
    public static bool IsWaiting(RunState state) => state.StopAt != 0 && state.Steps == state.StopAt;

    /// <summary>The state after one more step, whose batch had so many errors; rule 1.</summary>
    public static RunState Counted(NetSimtRun run, RunState state, int errors, bool finite)
    {
        state.Steps++;
        state.CleanBatches = errors == 0 ? state.CleanBatches + 1 : 0;
        state.WindowErrors += AllowsErrors(run) ? errors : 0;
        state.Phase = finite ? state.Phase : (int)RunPhase.Diverged;
        return state;
    }

    /// <summary>Rule 2: whether the batches call for a held-out check.</summary>
    public static bool IsCheckDue(NetSimtRun run, RunState state) => AllowsErrors(run)
        ? EndsWindow(run, state) && state.WindowErrors <= run.Settings.AllowedWindowErrors
        : state.CleanBatches >= MlpLayout.CleanBatchesNeeded(run.Shape.Batch);

    /// <summary>Whether a window of batches ends with this step.</summary>
    public static bool EndsWindow(NetSimtRun run, RunState state) =>
        state.Steps % MlpLayout.CleanBatchesNeeded(run.Shape.Batch) == 0;

    /// <summary>Rules 2 and 3 once the held-out samples are classified.</summary>
    public static RunState Judged(NetSimtRun run, RunState state, bool due, int errors)
    {
        bool solved = due && errors <= run.Settings.AllowedErrors;
        bool over = solved || state.Steps >= run.Settings.MaxSteps;
        state.Phase = solved ? (int)RunPhase.Solved : over ? (int)RunPhase.Budget : state.Phase;
        state.HeldOutErrors = over ? errors : state.HeldOutErrors;
        return state;
    }

    /// <summary>Whether a solved run may be wrong on some samples.</summary>
    private static bool AllowsErrors(NetSimtRun run) => run.Settings.AllowedErrors > 0;
}
