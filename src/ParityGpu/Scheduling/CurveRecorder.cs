using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Weights;

namespace ParityGpu.Scheduling;

/// <summary>
/// The curves of the runs in a bank: makes each run wait at its next step to be measured, measures runs that wait or have ended, and keeps the points
/// until the run leaves its slot.
/// </summary>
internal sealed class CurveRecorder(IRunBank bank, SweepSpec spec)
{
    private readonly CurveSteps steps = spec.Curve;

    /// <summary>[slots]; the points so far, null for an empty slot.</summary>
    private readonly List<CurvePoint>?[] curves = new List<CurvePoint>?[bank.Slots];

    /// <summary>[slots][tasks]; the runs' records of their tasks at the last of those points.</summary>
    private readonly TaskRecord[][] tasks = new TaskRecord[bank.Slots][];

    /// <summary>[slots]; the losses of the runs' tasks at each point, if curves have them.</summary>
    private readonly List<float>[] taskCurves = new List<float>[bank.Slots];

    /// <summary>[slots]; where the run waits next.</summary>
    private readonly long[] next = new long[bank.Slots];

    /// <summary>[slots]; <see cref="MeasureRequest"/>s.</summary>
    private readonly int[] wanted = new int[bank.Slots];

    /// <summary>Records that a run was loaded into a slot, with its curve so far.</summary>
    public void Start(int slot, CurveSoFar sofar)
    {
        curves[slot] = [.. sofar.Points];
        tasks[slot] = sofar.Tasks;
        taskCurves[slot] = [.. sofar.TaskCurves];
        next[slot] = sofar.Points.Length == 0 ? 0 : steps.Next(sofar.Points[^1].Step);
    }

    /// <summary>The curve so far of the run in a slot.</summary>
    public CurveSoFar SoFar(int slot) => new([.. curves[slot]!], tasks[slot], [.. taskCurves[slot]]);

    /// <summary>Forgets the run in a slot.</summary>
    public void Clear(int slot) => curves[slot] = null;

    /// <summary>
    /// How long the next launch should be: at most the longest distance to a run's next point,
    /// and 0 while a fresh run's initial weights have not been measured.
    /// </summary>
    /// <param name="most">The longest launch.</param>
    public int LaunchSteps(int most)
    {
        long longest = 0;
        for (int slot = 0; slot < curves.Length; slot++)
        {
            if (curves[slot] is null)
                continue;

            if (next[slot] == 0)
                return 0;

            longest = Math.Max(longest, next[slot] - bank.States[slot].Steps);
        }

        return (int)Math.Min(longest, most);
    }

    /// <summary>Measures, after a launch, the runs that wait and those that have ended.</summary>
    /// <param name="pointOf">The point of the run in a slot.</param>
    /// <param name="measured">Receives each slot's new point of its curve.</param>
    public void Measure(Func<int, Point> pointOf, Action<int, CurvePoint> measured)
    {
        int request = spec.CurveGap ? MeasureRequest.ProgressAndGap : MeasureRequest.Progress;
        bool any = false;
        for (int slot = 0; slot < curves.Length; slot++)
        {
            bool due = curves[slot] is not null && IsDue(slot);
            wanted[slot] = due ? request : MeasureRequest.None;
            any |= due;
        }

        if (!any)
            return;

        RunMeasure[] measures = bank.Measure(wanted);
        for (int slot = 0; slot < curves.Length; slot++)
        {
            if (wanted[slot] == MeasureRequest.None)
                continue;

            RunState state = bank.States[slot];
            Point settings = pointOf(slot);
            CurvePoint point = PointOf(settings, state.Steps, measures[slot]);
            if (settings.Tasks != TaskList.None)
            {
                float mean = TakeTasks(slot, settings, state.Steps);
                point = settings.Target.IsParity ? point with { Loss = mean } : point;
            }

            if (spec.CurveNorms)
                point = point with { Norms = NetworkArrays.Norms(settings, bank.Save(slot).Floats) };

            if ((RunStatus)state.Status == RunStatus.Diverged)
                point = point.OfDiverged();

            curves[slot]!.Add(point);
            measured(slot, point);
            next[slot] = steps.Next(state.Steps);
            if ((RunStatus)state.Status == RunStatus.Running)
                bank.StopAt(slot, next[slot]);
        }
    }

    /// <summary>The complete curve of a run that has ended; the recorder forgets it.</summary>
    public RunCurve End(int slot, Point point)
    {
        var curve = new RunCurve([.. curves[slot]!], spec.CurveGap)
        {
            HasNorms = spec.CurveNorms,
            Monomials = point.Target.Monomials.Length,
            Tasks = [.. tasks[slot]],
            TaskCurves = [.. taskCurves[slot]],
        };
        Clear(slot);
        return curve;
    }

    /// <summary>Records the losses of a run's tasks; returns their mean weighted by frequency.</summary>
    private float TakeTasks(int slot, Point point, long step)
    {
        float[] losses = bank.TaskLosses(slot);
        if (spec.CurveTasks)
            taskCurves[slot].AddRange(losses);

        double unit = TaskRecord.UnitOf(point);
        TaskRecord[] before = tasks[slot];
        tasks[slot] = [.. losses.Select((loss, task) => new TaskRecord(
            before.Length > 0 && before[task].IsLearned ? before[task].Learned : loss < point.TaskLoss * unit ? step : TaskRecord.Never,
            loss))];
        return (float)TaskPlan.MeanLoss(TaskPlan.Frequencies(point), losses);
    }

    private bool IsDue(int slot)
    {
        RunState state = bank.States[slot];
        return (RunStatus)state.Status != RunStatus.Running || state.Steps == next[slot];
    }

    private CurvePoint PointOf(Point point, long step, in RunMeasure measure) => new(
        step,
        measure.TrainLoss,
        point.Target.IsParity ? 1 - ((double)measure.TrainErrors / (point.Samples > 0 ? point.Samples : point.Batch)) : double.NaN,
        HeldOut.Accuracy(point, measure.HeldOutErrors),
        measure.Movement,
        measure.MovementRelevant,
        measure.MovementIrrelevant,
        spec.CurveGap ? measure.Gap : float.NaN)
    {
        Loss = (float)HeldOut.Loss(point, measure.HeldOutErrors),
        Means = measure.Means,
    };
}
