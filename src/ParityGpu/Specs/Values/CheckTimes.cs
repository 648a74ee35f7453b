using System.Globalization;

namespace ParityGpu.Specs;

/// <summary>
/// When held-out samples decide whether a run is solved: after every step whose batches call for it, at the end of each epoch of a finite sample,
/// after every N-th step, or never.
/// </summary>
public sealed record CheckTimes
{
    private readonly string text;
    private readonly int spacing;

    private CheckTimes(string text, int spacing)
    {
        this.text = text;
        this.spacing = spacing;
    }

    /// <summary>After every step that completes 32 or more training samples without an error, or without more errors than are allowed.</summary>
    public static CheckTimes Step { get; } = new("step", 0);

    /// <summary>After every ⌈m/B⌉ steps.</summary>
    public static CheckTimes Epoch { get; } = new("epoch", 0);

    /// <summary>Runs take all their steps.</summary>
    public static CheckTimes Never { get; } = new("never", int.MaxValue);

    /// <summary>The words that are accepted.</summary>
    public static IReadOnlyList<string> Words { get; } = [Step.text, Epoch.text, Never.text];

    /// <summary>Reads a word, or N from 1 on; null if it is neither.</summary>
    public static CheckTimes? TryParse(string text)
    {
        CheckTimes? word = new[] { Step, Epoch, Never }.FirstOrDefault(times => times.text == text);
        return word is not null || !WholeNumber.TryParse(text, out long steps) || steps is < 1 or >= int.MaxValue
            ? word
            : new(steps.ToString(CultureInfo.InvariantCulture), (int)steps);
    }

    /// <summary>Steps from one check to the next; 0 if batches call for them.</summary>
    /// <param name="samples">m, the points of a finite sample.</param>
    /// <param name="batch">B.</param>
    public int Spacing(int samples, int batch) => this == Epoch ? (samples + batch - 1) / batch : spacing;

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => text;
}
