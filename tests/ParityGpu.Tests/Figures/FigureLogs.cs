using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Figures;

/// <summary>Logs with made-up runs.</summary>
internal static class FigureLogs
{
    /// <summary>Steps that every run of a log without times is stopped after.</summary>
    public const long Unsolved = -1;

    /// <summary>Steps that stand for a run that diverged after three.</summary>
    public const long Diverged = -2;

    /// <summary>Writes a log in which run <c>seed</c> of point <c>index</c> takes the steps given, ends unsolved, or diverges.</summary>
    public static void Write(string path, SweepSpec spec, Func<int, long, long> steps, Func<int, long, RunCurve?>? curve = null)
    {
        using RunLogWriter log = RunLogWriter.Create(path, spec);
        log.Start("cpu (test)");
        for (int point = 0; point < spec.Points().Count(); point++)
        {
            for (long seed = spec.FirstSeed; seed < spec.FirstSeed + spec.Seeds; seed++)
            {
                long time = steps(point, seed);
                RunRecord record = time switch
                {
                    Unsolved => new RunRecord(point, seed, Outcome.Budget, spec.MaxSteps, 0.5),
                    Diverged => new RunRecord(point, seed, Outcome.Diverged, 3, double.NaN),
                    _ => new RunRecord(point, seed, Outcome.Solved, time, 1),
                };
                log.Write([new FinishedRun(record, time == Diverged && curve is not null ? Diverging() : curve?.Invoke(point, seed))]);
            }
        }
    }

    /// <summary>The curve of a run that diverged.</summary>
    private static RunCurve Diverging() => new(
        [
            new CurvePoint(0, 1, 0.5, 0.5, 0, 0, 0, float.NaN),
            new CurvePoint(1, 1e30f, 0.5, 0.5, 1e25f, 1e25f, 1e24f, float.NaN),
            new CurvePoint(2, float.PositiveInfinity, 0.5, 0.5, float.PositiveInfinity, float.PositiveInfinity, 3e38f, float.NaN),
            new CurvePoint(3, float.NaN, double.NaN, double.NaN, float.NaN, float.NaN, float.NaN, float.NaN),
        ],
        HasGap: false);

    /// <summary>A curve of three points up to <paramref name="steps"/>.</summary>
    public static RunCurve Curve(long steps) => new(
        [
            new CurvePoint(0, 1, 0.5, 0.5, 0, 0, 0, float.NaN),
            new CurvePoint(steps / 2, 0.8f, 0.6, 0.55, 0.1f, 0.1f, 0.05f, float.NaN),
            new CurvePoint(steps, 0.01f, 1, 1, 0.5f, 0.5f, 0.1f, float.NaN),
        ],
        HasGap: false);
}
