using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

/// <summary>When tasks are learned, of runs that are made up.</summary>
public sealed class TaskTimesTests
{
    private static readonly Point Point = new Point(10, 2, 20, 50, 0.1) { Loss = Loss.Logistic, Tasks = TaskList.TryParse("6")! };

    [Fact]
    public void A_power_law_is_found_over_the_tasks_that_all_runs_learned()
    {
        // Exponents -0.5, -1 and -1.5; the fifth task is learned by two runs of three, the last by none.
        TaskTimes times = Of((seed, task, frequency) => task < 4 || (task == 4 && seed > 0) ? (long)Math.Round(1e6 * Math.Pow(frequency, -0.5 * (seed + 1))) : TaskRecord.Never);

        Assert.Equal(4, times.Fitted.Count());
        Assert.Equal(-1, times.Exponent!.Mean, 1e-5);
        Assert.Equal(-1, times.Law!.Exponent, 1e-5);

        // Student's t with two degrees of freedom: 4.3027 · 0.5/√3.
        Assert.Equal(-1 - 1.2421, times.Exponent.Interval.Low!.Value, 1e-3);
        Assert.Equal([3, 3, 3, 3, 2, 0], times.Tasks.Select(task => task.Steps.Count));
        Assert.NotNull(times.Tasks[4].Quantile(0.5));
        Assert.Null(times.Tasks[4].Quantile(0.75));
        Assert.Null(times.Tasks[5].Quantile(0.5));
        Assert.All(times.Tasks, task => Assert.Equal(2, task.Loss, 1e-6));
    }

    [Fact]
    public void Nothing_learned_has_no_law()
    {
        TaskTimes times = Of((_, _, _) => TaskRecord.Never);

        Assert.Empty(times.Fitted);
        Assert.Null(times.Exponent);
        Assert.Null(times.Law);
    }

    private static TaskTimes Of(Func<int, int, double, long> learned)
    {
        PlannedTask[] tasks = TaskPlan.Of(Point);
        var curve = new RunCurve([default(CurvePoint)], false);
        var runs = new PointRuns(Point);
        for (int seed = 0; seed < 3; seed++)
        {
            TaskRecord[] records = [.. tasks.Select((task, index) => new TaskRecord(learned(seed, index, task.Frequency), (float)(2 * Math.Log(2))))];
            runs.Keep(new RunRecord(0, seed, Outcome.Budget, 9, 0.5), curve with { Tasks = [.. records] }, most: 3);
        }

        return new TaskTimes(runs);
    }
}
