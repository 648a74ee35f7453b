using System.Globalization;

namespace ParityGpu.Specs;

/// <summary>
/// The steps at which a run is measured, besides its last one: none, every m-th from 0 on, or 0 and then about q per factor of ten. They depend on
/// nothing else, so curves of different runs, devices and sessions share their steps.
/// </summary>
public sealed record CurveSteps
{
    /// <summary>Largest m.</summary>
    public const long LongestSpacing = 1_000_000_000_000;

    /// <summary>Largest q.</summary>
    public const int MostPerDecade = 100;

    private const string LogPrefix = "log:";

    /// <summary>
    /// The steps of a decade are 10^(j/q) with this many parts to a unit and the same digits in every decade. They are integers, so that no device or
    /// library of different precision rounds a step to its neighbour.
    /// </summary>
    private const long Unit = 1_000_000;

    /// <summary>Decades of the longest run; the last decade's steps times <see cref="Unit"/> still fit in 63 bits.</summary>
    private const int Decades = 12;

    private readonly long spacing;
    private readonly int perDecade;

    private CurveSteps(long spacing, int perDecade)
    {
        this.spacing = spacing;
        this.perDecade = perDecade;
    }

    /// <summary>No curve.</summary>
    public static CurveSteps None { get; } = new(0, 0);

    /// <summary>Whether the steps are spaced evenly on a logarithmic axis.</summary>
    public bool IsLogarithmic => perDecade > 0;

    /// <summary>Every m-th step, 1 ≤ m ≤ <see cref="LongestSpacing"/>.</summary>
    public static CurveSteps Every(long spacing) => new(spacing, 0);

    /// <summary>About q steps per factor of ten, 1 ≤ q ≤ <see cref="MostPerDecade"/>.</summary>
    public static CurveSteps Logarithmic(int perDecade) => new(0, perDecade);

    /// <summary>Reads <c>m</c> or <c>log:q</c>; null if it is neither.</summary>
    public static CurveSteps? TryParse(string text)
    {
        bool logarithmic = text.StartsWith(LogPrefix, StringComparison.Ordinal);
        string number = logarithmic ? text[LogPrefix.Length..] : text;
        if (!WholeNumber.TryParse(number, out long value)
            || value < 1 || value > (logarithmic ? MostPerDecade : LongestSpacing))
        {
            return null;
        }

        return logarithmic ? Logarithmic((int)value) : Every(value);
    }

    /// <summary>The smallest m with which runs of <paramref name="maxSteps"/> steps stay within <see cref="RunCurve.MaxPoints"/> points.</summary>
    public static long LeastSpacing(long maxSteps) => (maxSteps / (RunCurve.MaxPoints - 1)) + 1;

    /// <summary>The first step after <paramref name="step"/> ≥ 0 to measure; <see cref="long.MaxValue"/> if there is none.</summary>
    public long Next(long step)
    {
        if (spacing > 0)
            return ((step / spacing) + 1) * spacing;

        if (!IsLogarithmic)
            return long.MaxValue;

        long decade = 1;
        for (int digits = 0; digits < Decades; digits++, decade *= 10)
        {
            if (step >= 10 * decade)
                continue;

            for (int j = 0; j < perDecade; j++)
            {
                long next = StepOf(j, decade);
                if (next > step)
                    return next;
            }
        }

        return step < decade ? decade : long.MaxValue;
    }

    /// <summary>Upper bound of the number of points of a run's curve, step 0 and the last one included.</summary>
    public long MostPoints(long maxSteps) =>
        spacing > 0 ? (maxSteps / spacing) + 2 : IsLogarithmic ? (Decades * perDecade) + 3 : 0;

    /// <summary>The form that <see cref="TryParse"/> reads; empty for none.</summary>
    public override string ToString() =>
        spacing > 0 ? spacing.ToString(CultureInfo.InvariantCulture) : IsLogarithmic ? $"{LogPrefix}{perDecade}" : "";

    private long StepOf(int j, long decade)
    {
        long digits = (long)Math.Round(Unit * Math.Pow(10, (double)j / perDecade));
        return ((digits * decade) + (Unit / 2)) / Unit;
    }
}
