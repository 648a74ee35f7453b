namespace ParityGpu.Devices;

/// <summary>What an error concerns.</summary>
public enum DriverErrorKind
{
    /// <summary>The device or its driver does not work.</summary>
    Device,

    /// <summary>Too little memory.</summary>
    Memory,

    /// <summary>The driver rejects a kernel.</summary>
    Kernel,
}

/// <summary>An error reported by a driver.</summary>
/// <param name="Number">The driver's number.</param>
/// <param name="Name">The driver's name for it.</param>
/// <param name="Kind">What it concerns.</param>
/// <param name="Words">What happened, in plain words.</param>
/// <param name="Advice">What to do.</param>
public sealed record DriverError(int Number, string Name, DriverErrorKind Kind, string Words, string Advice)
{
    /// <summary>
    /// What was answered and what it means, without advice.
    /// </summary>
    /// <param name="function">Who answered: a function of the driver, or the driver.</param>
    public string Answer(string function) => $"{function} returned {Number} ({Name}): {Words}";
}
