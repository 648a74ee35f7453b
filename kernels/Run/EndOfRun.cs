using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Decides for all kernels when a run is over ("End of a run" in NUMERICS.md) and when it waits for the host.</summary>
public static class EndOfRun
{
    /// <summary>w = ⌈32/B⌉: consecutive error-free batches that call for a held-out check, and the batches of a window.</summary>
    public static int CleanBatchesNeeded(int batch) =>
        batch >= Canon.WordSamples ? 1 : (Canon.WordSamples + batch - 1) / batch;

    /// <summary>Whether the run has reached the step at which it waits for the host.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWaiting(in RunState state) => state.StopAt != 0 && state.Steps == state.StopAt;

    /// <summary>Counts one more step, given the errors or the <see cref="Misfit"/> of its batch; rule 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count(in RunSettings settings, int batch, ref RunState state, int errors, bool finite)
    {
        // Without a branch: whether a batch of one sample is wrong cannot be predicted.
        int anyError = (errors | -errors) >> 31;
        state.CleanBatches = (state.CleanBatches + 1) & ~anyError;
        if (AllowsErrors(settings))
        {
            bool startsWindow = state.Steps % CleanBatchesNeeded(batch) == 0;
            state.WindowErrors = startsWindow ? errors : Misfit.Add(settings, state.WindowErrors, errors);
        }

        state.Steps++;
        state.Status = finite ? state.Status : (int)RunStatus.Diverged;
    }

    /// <summary>Rule 2: whether the batches, or the number of steps, call for a held-out check.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCheckDue(in RunSettings settings, int batch, in RunState state)
    {
        if (settings.CheckEvery > 0)
            return state.Steps % settings.CheckEvery == 0;

        int needed = CleanBatchesNeeded(batch);
        return AllowsErrors(settings)
            ? state.Steps % needed == 0 && state.WindowErrors <= settings.AllowedWindowErrors
            : state.CleanBatches >= needed;
    }

    /// <summary>Rules 2 and 3 once the held-out samples are classified.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="state">The run, still running.</param>
    /// <param name="due">Whether the check was due; otherwise the budget is exhausted.</param>
    /// <param name="errors">Errors or misfit on the held-out samples; before the end of the budget, counting may stop at one too many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Judge(in RunSettings settings, ref RunState state, bool due, int errors)
    {
        bool solved = due && errors <= settings.AllowedErrors;
        bool over = solved || state.Steps >= settings.MaxSteps;
        state.Status = solved ? (int)RunStatus.Solved : over ? (int)RunStatus.Budget : state.Status;
        state.HeldOutErrors = over ? errors : state.HeldOutErrors;
    }

    /// <summary>Whether a solved run may be wrong on some samples.</summary>
    private static bool AllowsErrors(in RunSettings settings) => settings.AllowedErrors > 0;
}
