using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>Checks of a sweep beyond each setting's own bounds.</summary>
public static class SpecValidation
{
    /// <summary>Maximum number of points of a sweep: they are listed in memory.</summary>
    public const int MaxPoints = 1_000_000;

    /// <summary>Maximum number of runs of a sweep; the number of a run then fits comfortably in 64 bits.</summary>
    public const long MaxRuns = 1L << 50;

    /// <summary>Maximum number of inputs of a sweep with Fourier gaps.</summary>
    public const int MaxGapInputs = 20;

    /// <summary>Maximum number of samples of a run: sample numbers are 63-bit integers on the device.</summary>
    private const long MaxSamples = 1L << 62;

    /// <summary>
    /// Checks a sweep.
    /// </summary>
    /// <returns>The same sweep.</returns>
    /// <exception cref="UserErrorException">A setting is out of bounds, or two are incompatible.</exception>
    public static SweepSpec Validate(SweepSpec spec)
    {
        foreach (SpecSetting setting in SpecSetting.All)
            setting.Check(spec);

        int n = spec.N.Min();
        int k = spec.K.Max();
        if (k > n && spec.Target.Any(target => target.IsParity))
            throw new UserErrorException($"--k {k}: must be at most n (n = {n})");

        if (spec.FirstSeed > long.MaxValue - spec.Seeds)
        {
            throw new UserErrorException(
                $"--first-seed {spec.FirstSeed}: must be at most {long.MaxValue - spec.Seeds} with {spec.Seeds} seeds");
        }

        long batch = spec.Batch.Max();
        if (spec.MaxSteps > MaxSamples / batch)
        {
            throw new UserErrorException(
                $"--max-steps {spec.MaxSteps}: must be at most {MaxSamples / batch} with a batch of {batch}");
        }

        double points = SpecSetting.All.Where(setting => setting.IsList)
            .Aggregate(1.0, (product, setting) => product * setting.Values(spec).Length);
        if (points > MaxPoints)
            throw new UserErrorException($"the lists combine into {points:0} points; must be at most {MaxPoints}");

        // One of several values may be 0: the uniform end of an axis.
        if (spec.Mixture.Max() == 0)
            throw new UserErrorException("--mixture 0: must be above 0, or left out together with --input-bias for uniform inputs");

        CheckCurve(spec);

        foreach (Point point in spec.Points())
            PointValidation.Check(point);

        if (spec.Seeds > MaxRuns / (long)points)
        {
            throw new UserErrorException(
                $"--seeds {spec.Seeds}: must be at most {MaxRuns / (long)points} with {points:0} points");
        }

        return spec;
    }

    private static void CheckCurve(SweepSpec spec)
    {
        if (spec.Curve.MostPoints(spec.MaxSteps) > RunCurve.MaxPoints)
        {
            throw new UserErrorException(
                $"--curve {spec.Curve}: must be at least {CurveSteps.LeastSpacing(spec.MaxSteps)} with --max-steps {spec.MaxSteps}, so that a run has at most {RunCurve.MaxPoints} points");
        }

        if (spec.CurveGap)
            CheckGap(spec);

        if (spec.CurveNorms && spec.Curve == CurveSteps.None)
            throw new UserErrorException("--curve-norms true: must be used with --curve, which sets the steps");

        if (!spec.CurveTasks)
            return;

        if (spec.Curve == CurveSteps.None || spec.Tasks.All(tasks => tasks == TaskList.None))
            throw new UserErrorException("--curve-tasks true: must be used with --curve, which sets the steps, and --tasks");

        long points = spec.Curve.MostPoints(spec.MaxSteps);
        long most = RunCurve.MaxTaskCurves / points;
        int tasks = spec.Tasks.Max(each => each.Count);
        if (tasks > most)
        {
            throw new UserErrorException(
                $"--curve-tasks true: must be at most {RunCurve.MaxTaskCurves} losses per run, that is, {most} tasks at {points} points of --curve {spec.Curve} (--tasks has {tasks})");
        }
    }

    private static void CheckGap(SweepSpec spec)
    {
        if (spec.Curve == CurveSteps.None)
            throw new UserErrorException("--curve-gap true: must be used with --curve, which sets the steps");

        if (spec.Model.Contains(Model.Transformer))
        {
            throw new UserErrorException(
                "--curve-gap true: must be used without --model transformer, which has no first layer over the inputs");
        }

        if (spec.Encoding.Contains(InputEncoding.ZeroOne))
            throw new UserErrorException("--curve-gap true: must be used without --encoding 01, whose gradients are not Fourier coefficients");

        if (spec.Tasks.Any(tasks => tasks != TaskList.None))
            throw new UserErrorException("--curve-gap true: must be used without --tasks, which have no gradient over all 2^n inputs");

        if (spec.N.Max() > MaxGapInputs)
        {
            throw new UserErrorException(
                $"--curve-gap true: must be used with n of at most {MaxGapInputs} (n = {spec.N.Max()}), because it enumerates all 2^n inputs");
        }
    }
}
