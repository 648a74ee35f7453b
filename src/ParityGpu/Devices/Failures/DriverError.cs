namespace ParityGpu.Devices;

/// <summary>What kind of thing went wrong.</summary>
public enum DriverErrorKind
{
    /// <summary>The device or its driver does not work.</summary>
    Device,

    /// <summary>Too little memory.</summary>
    Memory,

    /// <summary>The driver does not take a kernel.</summary>
    Kernel,
}

/// <summary>An error that a driver answers with.</summary>
/// <param name="Number">The driver's number.</param>
/// <param name="Name">The driver's name of it.</param>
/// <param name="Kind">What it concerns.</param>
/// <param name="Words">What happened, in plain words.</param>
/// <param name="Advice">What to do.</param>
public sealed record DriverError(int Number, string Name, DriverErrorKind Kind, string Words, string Advice)
{
    /// <summary>
    /// What was answered and what it means, without advice.
    /// </summary>
    /// <param name="function">Who answered: a function of the driver, or the driver.</param>
    public string Answer(string function) => $"{function} answered {Number} ({Name}): {Words}";
}
