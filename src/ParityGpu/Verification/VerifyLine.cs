namespace ParityGpu.Verification;

/// <summary>One check of a device.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether the device agrees.</param>
/// <param name="Detail">One line: what was compared, or how it differs.</param>
public sealed record VerifyLine(string Name, bool Passed, string Detail)
{
    /// <summary>What was compared bit for bit.</summary>
    public Compared Compared { get; init; }

    /// <summary><c>parity train</c> with the settings of the first run that differed; null if none did.</summary>
    public string? Command { get; init; }
}

/// <summary>How much was compared bit for bit.</summary>
/// <param name="Runs">Runs.</param>
/// <param name="Steps">Steps that they took.</param>
/// <param name="Weights">Weights, biases and moments of optimizers.</param>
/// <param name="Measurements">Points of curves.</param>
public readonly record struct Compared(long Runs, long Steps, long Weights, long Measurements)
{
    public static Compared operator +(Compared a, Compared b) =>
        new(a.Runs + b.Runs, a.Steps + b.Steps, a.Weights + b.Weights, a.Measurements + b.Measurements);
}

/// <summary>The result of all checks of a device.</summary>
/// <param name="Checks">Number of checks.</param>
/// <param name="Differing">Number that found a difference.</param>
/// <param name="Compared">What they compared bit for bit.</param>
public sealed record VerifySummary(int Checks, int Differing, Compared Compared)
{
    /// <summary>Whether the device may be trusted.</summary>
    public bool Passed => Differing == 0;
}
