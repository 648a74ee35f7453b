using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>
/// Estimates the training that a sweep still needs. Fast runs end first, so the runs under way count too: each is expected to take
/// as long as the point's runs do on average, and longer than it has taken so far: by half if all runs are under way, by less if
/// these are the last. Points without any observed run are compared with the others by n^(k/2)/(η·(1 − 2p)·r^0.3), which
/// approximates how times grow: with the rate as in gradient flow, with the noise as the labels' mean correlation with the parity
/// falls, with the width as in figure 14, including the narrow networks that never learn. Runs without a check take all their steps.
/// </summary>
/// <param name="points">The sweep's points.</param>
/// <param name="costs">[points]; work of a step.</param>
/// <param name="runs">[points]; runs that are not recorded yet.</param>
/// <param name="maxSteps">Maximum number of steps of a run.</param>
internal sealed class WorkLeft(Point[] points, double[] costs, long[] runs, long maxSteps)
{
    private const double MostLonger = 0.5;
    private const double LeastLonger = 0.15;
    private const double LeastCorrelation = 0.02;

    private readonly double[] hardness = [.. points.Select(Hardness)];
    private readonly bool[] isFixed = [.. points.Select(point => point.Check == CheckTimes.Never)];
    private readonly long[] finished = new long[points.Length];
    private readonly double[] finishedSteps = new double[points.Length];

    /// <summary>Records a run that ended.</summary>
    public void Finished(int point, long steps)
    {
        finished[point]++;
        finishedSteps[point] += steps;
    }

    /// <summary>Work left; null while nothing tells how long runs take: before any has ended, unless all take a fixed number of steps.</summary>
    /// <param name="underWay">The runs in flight.</param>
    public double? Estimate(IEnumerable<RunUnderWay> underWay)
    {
        if (!finished.Any(count => count > 0) && !isFixed.All(all => all))
            return null;

        RunUnderWay[] now = [.. underWay];
        double[] mean = Means(now);
        double work = 0;
        long[] pending = [.. runs.Select((count, point) => count - finished[point])];
        foreach ((int point, _, long steps) in now)
        {
            pending[point]--;
            work += costs[point] * (Expected(point, mean[point], steps) - steps);
        }

        return work + pending.Select((count, point) => Math.Max(0, count) * costs[point] * mean[point]).Sum();
    }

    /// <summary>[points]; mean steps of a run.</summary>
    private double[] Means(RunUnderWay[] underWay)
    {
        var count = new double[points.Length];
        var oldest = new double[points.Length];
        foreach ((int point, _, long steps) in underWay)
        {
            count[point]++;
            oldest[point] += steps;
        }

        double[] mean = [.. points.Select((_, point) => First(point, count[point], oldest[point]))];

        // The expected steps of runs under way depend on the mean and change it.
        for (int pass = 0; pass < 2; pass++)
        {
            double[] sum = [.. finishedSteps];
            foreach ((int point, _, long steps) in underWay)
                sum[point] += Expected(point, mean[point], steps);

            mean = [.. mean.Select((before, point) => finished[point] + count[point] > 0 ? sum[point] / (finished[point] + count[point]) : before)];
        }

        bool[] seen = [.. finished.Select((ended, point) => ended > 0 || isFixed[point])];
        double scale = mean.Where((_, point) => seen[point]).Sum() / hardness.Where((_, point) => seen[point]).Sum();
        return [.. mean.Select((steps, point) => Math.Min(maxSteps, seen[point] ? steps : Math.Max(steps, scale * hardness[point])))];
    }

    /// <summary>Mean steps of a point's runs at first sight.</summary>
    /// <param name="point">The point.</param>
    /// <param name="underWay">Its runs under way.</param>
    /// <param name="steps">The steps that they have taken.</param>
    private double First(int point, double underWay, double steps)
    {
        if (finished[point] > 0)
            return finishedSteps[point] / finished[point];

        if (isFixed[point])
            return maxSteps;

        return underWay > 0 ? (1 + MostLonger) * steps / underWay : 0;
    }

    private double Expected(int point, double mean, long steps)
    {
        if (isFixed[point])
            return maxSteps;

        double longer = Math.Max(LeastLonger, MostLonger * (runs[point] - finished[point]) / runs[point]);
        return Math.Min(maxSteps, Math.Max(mean, (1 + longer) * steps));
    }

    private static double Hardness(Point point) =>
        Math.Pow(point.N, point.K / 2.0) / (point.LearningRate * Math.Max(LeastCorrelation, 1 - (2 * point.Noise)) * Math.Pow(point.Width, 0.3));
}
