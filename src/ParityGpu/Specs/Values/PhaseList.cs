using System.Collections.Immutable;

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
}
