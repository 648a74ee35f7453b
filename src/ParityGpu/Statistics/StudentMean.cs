using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace ParityGpu.Statistics;

/// <summary>The mean of independent values, one per run, with its 95 % interval by Student's t.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Interval">Its interval; unknown for a single value.</param>
/// <param name="Count">Number of values.</param>
public sealed record StudentMean(double Mean, Interval Interval, int Count)
{
    /// <summary>The mean of values; null without any.</summary>
    public static StudentMean? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        if (all.Length == 0)
            return null;

        double mean = all.Average();
        double? reach = all.Length < 2 ? null : StudentT.InvCDF(0, 1, all.Length - 1, 0.975) * all.StandardDeviation() / Math.Sqrt(all.Length);
        return new StudentMean(mean, new Interval(mean - reach, mean + reach), all.Length);
    }

    /// <summary>The mean and its interval, to two places.</summary>
    public override string ToString() => Interval is { Low: { } low, High: { } high } ? $"{Mean + 0.0:0.00} [{low:0.00}, {high:0.00}]" : $"{Mean + 0.0:0.00}";
}
