using ParityGpu.Devices;

namespace ParityGpu.Verification;

/// <summary>One check of a device.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether the device agrees.</param>
/// <param name="Detail">One line: what was compared, or how it differs.</param>
public sealed record VerifyLine(string Name, bool Passed, string Detail);

/// <summary>Checks a device against published vectors, the reference and the CPU.</summary>
public static class Verifier
{
    /// <summary>Runs every check and reports each as it ends; true if all passed.</summary>
    public static bool Run(Device device, Action<VerifyLine> report) => throw new NotImplementedException();
}
