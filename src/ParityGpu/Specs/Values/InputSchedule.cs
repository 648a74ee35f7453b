using System.Collections.Immutable;

namespace ParityGpu.Specs;

/// <summary>
/// The distribution of training inputs as a piecewise constant function of the step: a curriculum. Text form: <c>none</c>, or phases separated by commas,
/// each <c>FROM=BIAS</c> or <c>FROM=BIAS:MIXTURE</c>. FROM is the phase's first step, BIAS the probability that an input of a biased sample is −1 (0.5:
/// uniform), MIXTURE the fraction of biased samples, 1 if left out. <c>0=0.01,2000=0.01:0.1</c> has only biased samples in the first 2000 steps, then one in ten.
/// </summary>
public sealed class InputSchedule : IEquatable<InputSchedule>
{
    private const string NoSchedule = "none";

    private readonly string text;

    private InputSchedule(ImmutableArray<Phase> phases)
    {
        Phases = phases;
        text = phases.IsEmpty ? NoSchedule : string.Join(',', phases.Select(Format));
    }

    /// <summary>One phase: its first step, the probability of −1 in biased samples, and their fraction.</summary>
    public sealed record Phase(int From, double Bias, double Mixture)
    {
        /// <summary>The probability of −1 for uniform inputs.</summary>
        public const double Uniform = 0.5;

        /// <summary>Whether any sample's inputs are biased.</summary>
        public bool IsBiased => Bias != Uniform && Mixture > 0;
    }

    /// <summary>No schedule: other settings decide.</summary>
    public static InputSchedule None { get; } = new([]);

    /// <summary>In ascending order, the first from step 0; empty for <see cref="None"/>.</summary>
    public ImmutableArray<Phase> Phases { get; }

    /// <summary>Reads the text form; null if it is invalid.</summary>
    public static InputSchedule? TryParse(string text) =>
        text == NoSchedule ? None : PhaseList.TryParse(text, TryParsePhase) is { } phases ? new InputSchedule(phases) : null;

    public bool Equals(InputSchedule? other) => text == other?.text;

    public override bool Equals(object? obj) => Equals(obj as InputSchedule);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => text;

    private static Phase? TryParsePhase(long from, string value)
    {
        double[] numbers = [.. value.Split(':').Select(number => PhaseList.Number(number, most: 1))];
        bool valid = from <= int.MaxValue && numbers.Length <= 2 && !numbers.Any(double.IsNaN);
        return valid ? new Phase((int)from, numbers[0], numbers.Length == 2 ? numbers[1] : 1) : null;
    }

    private static string Format(Phase phase) =>
        $"{phase.From}={PhaseList.Format(phase.Bias)}{(phase.Mixture == 1 ? "" : $":{PhaseList.Format(phase.Mixture)}")}";
}
