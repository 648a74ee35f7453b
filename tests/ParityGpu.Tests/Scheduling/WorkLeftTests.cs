using MathNet.Numerics.Distributions;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>The work that is left, while runs of random times go through the slots of an imagined device.</summary>
public sealed class WorkLeftTests
{
    [Theory]
    [InlineData(500, 500, 0.3)]
    [InlineData(500, 64, 0.3)]
    [InlineData(500, 64, 0.7)]
    [InlineData(5000, 200, 0.5)]
    [InlineData(40, 40, 0.2)]
    public void An_estimate_is_right_within_a_factor_of_two_once_one_run_in_fifty_has_ended(int runs, int slots, double spread)
    {
        long[] times = Times(1, runs, 1000, spread);
        Point[] points = [new Point(30, 3, 100, 32, 1)];

        Simulate(points, [times], slots, (finished, estimate, truth) =>
        {
            if (finished >= Math.Max(2, runs / 50) && truth > 0.05 * times.Sum())
                Assert.InRange(estimate / truth, 0.5, 2);
        });
    }

    [Fact]
    public void Points_that_have_not_begun_are_taken_to_be_as_hard_as_their_inputs_make_them()
    {
        Point[] points = [new Point(10, 3, 100, 32, 1), new Point(40, 3, 100, 32, 1)];

        Simulate(points, [Times(1, 200, 1000, 0.3), Times(2, 200, 8000, 0.3)], 50, (finished, estimate, truth) =>
        {
            if (finished >= 10 && truth > 50_000)
                Assert.InRange(estimate / truth, 0.5, 2);
        });
    }

    [Fact]
    public void Nothing_is_known_before_a_run_has_ended()
    {
        var left = new WorkLeft([new Point(30, 3, 100, 32, 1)], [1], [10], 1000);

        Assert.Null(left.Estimate([new(0, 1, 500), new(0, 2, 500)]));
        left.Finished(0, 600);
        Assert.InRange(left.Estimate([new(0, 2, 900)])!.Value, 100 + (8 * 600), 100 + (8 * 1000));
    }

    [Fact]
    public void Runs_without_a_check_take_all_their_steps()
    {
        Point never = new(30, 3, 100, 32, 1) { Check = CheckTimes.Never };
        var left = new WorkLeft([never, never with { Width = 1000 }], [1, 10], [2, 1], 1000);

        Assert.Equal(2000 - 300 + (10 * 1000), left.Estimate([new(0, 1, 300)]));
        left.Finished(0, 1000);
        Assert.Equal(400 + (10 * 1000), left.Estimate([new(0, 2, 600)]));
        Assert.Null(new WorkLeft([never, new Point(30, 3, 100, 32, 1)], [1, 1], [1, 1], 1000).Estimate([new(0, 1, 300)]));
    }

    private static long[] Times(int seed, int runs, double median, double spread)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, runs).Select(_ => (long)(median * Math.Exp(spread * Normal.Sample(random, 0, 1))) + 1)];
    }

    /// <summary>Launches of 50 steps, the points one after another.</summary>
    private static void Simulate(Point[] points, long[][] times, int slots, Action<int, double, double> check)
    {
        var left = new WorkLeft(points, [.. points.Select(_ => 1.0)], [.. times.Select(runs => (long)runs.Length)], 100_000);
        var pending = new Queue<(int Point, long Time)>(times.SelectMany((runs, point) => runs.Select(time => (point, time))));
        var active = new List<(int Point, long Time, long Steps)>();
        double total = times.Sum(runs => runs.Sum());
        double done = 0;
        for (int finished = 0; pending.Count + active.Count > 0;)
        {
            while (active.Count < slots && pending.TryDequeue(out var next))
                active.Add((next.Point, next.Time, 0));

            for (int i = active.Count - 1; i >= 0; i--)
            {
                long steps = Math.Min(active[i].Time, active[i].Steps + 50);
                done += steps - active[i].Steps;
                active[i] = active[i] with { Steps = steps };
                if (steps < active[i].Time)
                    continue;

                left.Finished(active[i].Point, steps);
                finished++;
                active.RemoveAt(i);
            }

            if (left.Estimate(active.Select((run, seed) => new RunUnderWay(run.Point, seed, run.Steps))) is { } estimate)
                check(finished, estimate, total - done);
        }
    }
}
