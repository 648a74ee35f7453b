using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// Learning rates and weight decay as piecewise constant functions of the step. Text form: phases separated by commas, each <c>FROM=FACTORS</c> or
/// <c>FROM=FACTORS@DECAY</c>. FROM is the phase's first step, FACTORS are multiples of the learning rate for the layers from the first one on,
/// separated by colons, the last one for all further layers; a factor of 0 stops gradients, not decay. DECAY replaces the weight decay of all layers.
/// <c>0=1,1000=0.1</c> divides the rate by ten after 1000 steps; <c>0=50:0@1,1=0:1@0</c> is a first step of the hidden layer that erases all initial
/// weights (including those of the output layer, which become 0), then training of the output layer (paper, theorem 4).
/// </summary>
public sealed class Schedule : IEquatable<Schedule>
{
    private const double MaxFactor = 1e30;

    private readonly string text;

    private Schedule(ImmutableArray<Phase> phases)
    {
        Phases = phases;
        text = string.Join(',', phases.Select(Format));
    }

    /// <summary>One phase: its first step, the layers' factors, and a weight decay of its own or null.</summary>
    public sealed record Phase(long From, ImmutableArray<double> Factors, double? Decay)
    {
        /// <summary>A layer's multiple of the learning rate.</summary>
        public double Factor(int layer) => Factors[Math.Min(layer, Factors.Length - 1)];
    }

    /// <summary>A constant learning rate.</summary>
    public static Schedule Constant { get; } = new([new Phase(0, [1.0], null)]);

    /// <summary>At least one phase, the first from step 0, in ascending order.</summary>
    public ImmutableArray<Phase> Phases { get; }

    /// <summary>Reads the text form; null if it is invalid.</summary>
    public static Schedule? TryParse(string text) => PhaseList.TryParse(text, TryParsePhase) is { } phases ? new Schedule(phases) : null;

    public bool Equals(Schedule? other) => text == other?.text;

    public override bool Equals(object? obj) => Equals(obj as Schedule);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => text;

    private static Phase? TryParsePhase(long from, string value)
    {
        string[] settings = value.Split('@');
        double[] factors = [.. settings[0].Split(':').Select(factor => PhaseList.Number(factor, MaxFactor))];
        double? decay = settings.Length == 2 ? PhaseList.Number(settings[1], 1) : null;
        bool valid = settings.Length <= 2 && factors.Length <= SchedulePhase.MaxLayers
            && !factors.Any(double.IsNaN) && decay is not double.NaN;
        return valid ? new Phase(from, [.. factors], decay) : null;
    }

    private static string Format(Phase phase) =>
        $"{phase.From}={string.Join(':', phase.Factors.Select(PhaseList.Format))}{(phase.Decay is { } decay ? $"@{PhaseList.Format(decay)}" : "")}";
}
