using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Steps at which a run's curve reaches a milestone, up to the spacing of the measured steps.
/// </summary>
internal static class Milestones
{
    /// <summary>Above this a network does better than chance on 8192 held-out samples by nine standard deviations.</summary>
    public const double Chance = 0.55;

    /// <summary>Held-out accuracy at which the jump of a phase transition begins, and at which it is over.</summary>
    public const double JumpFrom = 0.6, JumpTo = 0.95;

    /// <summary>First point of at least this held-out accuracy; null if there is none.</summary>
    public static CurvePoint? Reaching(this FinishedRun run, double accuracy) => First(run, at => at.Accuracy >= accuracy);

    /// <summary>First point at which all training samples are classified correctly; null if there is none.</summary>
    public static CurvePoint? Fitting(this FinishedRun run) => First(run, at => at.TrainAccuracy == 1);

    /// <summary>Last point before the held-out accuracy first leaves chance, upwards or downwards; null if it never does.</summary>
    public static CurvePoint? AtChance(this FinishedRun run)
    {
        CurvePoint? last = null;
        foreach (CurvePoint at in run.Curve!.Points)
        {
            if (at.Accuracy is >= Chance or <= 1 - Chance)
                return last;

            last = at;
        }

        return null;
    }

    /// <summary>
    /// Steps from <see cref="JumpFrom"/> to <see cref="JumpTo"/> relative to all steps until the run was solved. Progress at a constant rate from 50
    /// to 100 % would make it 0.7.
    /// </summary>
    public static double? Jump(this FinishedRun run) => (run.Reaching(JumpTo)?.Step - run.Reaching(JumpFrom)?.Step) / (double?)run.Record.Steps;

    /// <summary>Steps at chance relative to the steps until <see cref="JumpTo"/>.</summary>
    public static double? Plateau(this FinishedRun run) => run.Reaching(Chance)?.Step / (double?)run.Reaching(JumpTo)?.Step;

    private static CurvePoint? First(FinishedRun run, Func<CurvePoint, bool> condition)
    {
        foreach (CurvePoint at in run.Curve!.Points)
        {
            if (condition(at))
                return at;
        }

        return null;
    }
}
