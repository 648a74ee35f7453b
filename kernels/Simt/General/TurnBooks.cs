using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Where a group's run stands, in shared memory. The first thread keeps it and all read it: an OpenCL compiler for CPUs miscompiles the version where
/// every thread decides. A turn is a pass over some words of samples, of the batch or of the held-out samples.
/// </summary>
internal readonly struct TurnBooks
{
    /// <summary>The first four entries are read at once.</summary>
    private const int StepsLeft = 0;
    private const int FirstWord = 1;
    private const int IsJudging = 2;
    private const int Due = 3;

    /// <summary>Marks as in <see cref="CountingTraining"/>: threads that update write either.</summary>
    private const int Broken = 4;
    private const int Finite = 5;

    private readonly ArrayView<WordQuad> quads;
    private readonly ArrayView<int> entries;
    private readonly ArrayView<long> steps;

    private TurnBooks(ArrayView<WordQuad> quads, ArrayView<long> steps)
    {
        this.quads = quads;
        entries = quads.Cast<int>();
        this.steps = steps;
    }

    /// <summary>The turn that is next; all threads read it.</summary>
    public Turn Turn => new(quads[0], steps[0]);

    public static TurnBooks Allocate() => new(SharedMemory.Allocate<WordQuad>(2), SharedMemory.Allocate<long>(1));

    /// <summary>Starts a launch of at most <paramref name="most"/> steps; the first thread calls it.</summary>
    public void Open(RunState state, int most)
    {
        steps[0] = state.Steps;
        entries[StepsLeft] = most;
        entries[FirstWord] = 0;
        entries[IsJudging] = 0;
        entries[Due] = 0;
    }

    /// <summary>Before an update: nothing broken has been seen.</summary>
    public void ResetMark() => entries[Broken] = 0;

    /// <summary>Marks whether the parameters that a thread updated are finite.</summary>
    public void Mark(bool finite) => entries[finite ? Finite : Broken] = 1;

    /// <summary>
    /// Ends a turn and decides on the next one; the first thread calls it.
    /// </summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="batch">B.</param>
    /// <param name="state">The run.</param>
    /// <param name="next">The word after the turn's last one.</param>
    /// <param name="read">Whether that was the last word of the batch or of the held-out samples.</param>
    /// <param name="errors">Errors or misfit so far.</param>
    public void Close(RunSettings settings, int batch, ref RunState state, int next, bool read, int errors)
    {
        bool judging = entries[IsJudging] != 0;
        bool stepOver = false;
        bool check = false;
        if (judging)
        {
            // The number of errors is needed only at the end of the budget; before that, one too many is enough to continue training.
            stepOver = read || (errors > settings.AllowedErrors && state.Steps < settings.MaxSteps);
            if (stepOver)
                EndOfRun.Judge(settings, ref state, entries[Due] != 0, errors);
        }
        else if (read)
        {
            EndOfRun.Count(settings, batch, ref state, errors, entries[Broken] == 0);
            bool due = EndOfRun.IsCheckDue(settings, batch, state);
            entries[Due] = due ? 1 : 0;
            check = state.Status == (int)RunStatus.Running && (due || state.Steps >= settings.MaxSteps);
            stepOver = !check;
            steps[0] = state.Steps;
        }

        bool stopped = stepOver && (state.Status != (int)RunStatus.Running || EndOfRun.IsWaiting(state));
        entries[StepsLeft] = stopped ? 0 : entries[StepsLeft] - (stepOver ? 1 : 0);
        entries[FirstWord] = stepOver || check ? 0 : next;
        entries[IsJudging] = check || (judging && !stepOver) ? 1 : 0;
    }
}
