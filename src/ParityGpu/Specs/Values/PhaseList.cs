using System.Collections.Immutable;
using System.Globalization;

namespace ParityGpu.Specs;

/// <summary>The text form of settings that change with the step: phases separated by commas, each <c>FROM=VALUE</c>, FROM ascending from 0.</summary>
internal static class PhaseList
{
    /// <summary>Maximum number of phases.</summary>
    public const int Most = 16;

    /// <summary>
    /// Reads a list.
    /// </summary>
    /// <param name="text">The text form.</param>
    /// <param name="read">The phase of a first step and a value; null if it is invalid.</param>
    /// <returns>Null if the text is invalid.</returns>
    public static ImmutableArray<TPhase>? TryParse<TPhase>(string text, Func<long, string, TPhase?> read)
        where TPhase : class
    {
        var phases = ImmutableArray.CreateBuilder<TPhase>();
        long last = -1;
        foreach (string part in text.Split(','))
        {
            string[] sides = part.Trim().Split('=');
            if (phases.Count == Most || sides.Length != 2 || !WholeNumber.TryParse(sides[0], out long from))
                return null;

            if ((phases.Count == 0 ? from != 0 : from <= last) || read(from, sides[1]) is not { } phase)
                return null;

            phases.Add(phase);
            last = from;
        }

        return phases.ToImmutable();
    }

    /// <summary>A number of a phase's value, from 0 to <paramref name="most"/>; NaN if it is none.</summary>
    // Absolute because −0 is not below 0.
    public static double Number(string text, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= most
            ? Math.Abs(value)
            : double.NaN;

    /// <summary>The text form of a number.</summary>
    public static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
