using MathNet.Numerics.Statistics;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>When the runs of a point learned one of its tasks.</summary>
/// <param name="Number">Number of the task, from 1.</param>
/// <param name="Frequency">Fraction of the samples that belong to it.</param>
/// <param name="Runs">Number of runs.</param>
/// <param name="Steps">Steps at which runs learned it, ascending.</param>
/// <param name="Loss">Median of its loss after the runs' last steps, in bits if the loss is logistic.</param>
public sealed record TaskTime(int Number, double Frequency, int Runs, IReadOnlyList<double> Steps, double Loss)
{
    /// <summary>Whether every run learned it.</summary>
    public bool IsLearned => Steps.Count == Runs;

    /// <summary>A quantile of the steps over all runs; null if it lies among those that did not learn the task.</summary>
    public double? Quantile(double fraction)
    {
        // As for convergence times, but without interpolating towards a run that is infinitely late.
        (long rank, double weight) = TimeHistogram.QuantileRank(Runs, fraction);
        int below = (int)rank;
        int above = weight > 0 ? below + 1 : below;
        return above >= Steps.Count ? null : Steps[below] + (weight * (Steps[above] - Steps[below]));
    }
}

/// <summary>
/// The steps at which the runs of a point learned its tasks, against the tasks' frequencies (Michaud et al. 2023, figure 2). A power law is fitted to
/// every run separately, over the tasks that all runs learned. So the tasks used do not depend on the run, and the scatter of the runs' exponents
/// estimates how another set of seeds would differ.
/// </summary>
public sealed class TaskTimes
{
    /// <summary>
    /// Reads the runs' tasks.
    /// </summary>
    /// <param name="runs">Runs of a point with tasks, with their curves.</param>
    public TaskTimes(PointRuns runs)
    {
        Point = runs.Point;
        double unit = TaskRecord.UnitOf(Point);
        Tasks =
        [
            .. TaskPlan.Frequencies(Point).Select((frequency, index) =>
            {
                TaskRecord[] records = [.. runs.Curves.Select(run => run.Curve!.Tasks[index])];
                double[] steps = [.. records.Where(record => record.IsLearned).Select(record => (double)record.Learned).Order()];
                return new TaskTime(index + 1, frequency, records.Length, steps, records.Select(record => record.Loss / unit).Median());
            }),
        ];
        Exponent = StudentMean.Of(runs.Curves.Select(ExponentOf).OfType<double>());
        Law = PowerLawFit.Of([.. Fitted.Select(task => (task.Frequency, GeometricMean(task.Steps)))]);
    }

    /// <summary>The point.</summary>
    public Point Point { get; }

    /// <summary>Its tasks in order.</summary>
    public IReadOnlyList<TaskTime> Tasks { get; }

    /// <summary>The exponents of the runs' power laws; null if the tasks that all runs learned have fewer than two frequencies.</summary>
    public StudentMean? Exponent { get; }

    /// <summary>The power law through the geometric means of the runs' steps; its exponent is the mean of <see cref="Exponent"/>.</summary>
    public PowerLawFit? Law { get; }

    /// <summary>The tasks that the laws are fitted to: every run learned them, after step 0.</summary>
    public IEnumerable<TaskTime> Fitted => Tasks.Where(task => task.IsLearned && task.Steps.Count > 0 && task.Steps[0] > 0);

    private double? ExponentOf(FinishedRun run) =>
        PowerLawFit.Of([.. Fitted.Select(task => (task.Frequency, (double)run.Curve!.Tasks[task.Number - 1].Learned))])?.Exponent;

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
