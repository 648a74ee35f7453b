using ParityGpu.Devices;

namespace ParityGpu.Verification;

/// <summary>Checks a device against published vectors, the double-precision reference and the CPU.</summary>
public static class Verifier
{
    /// <summary>Runs every check.</summary>
    /// <param name="device">The device.</param>
    /// <param name="report">Receives each check as it ends.</param>
    public static VerifySummary Run(Device device, Action<VerifyLine> report)
    {
        var summary = new VerifySummary(0, 0, default);
        foreach (var line in Checks(device))
        {
            summary = new VerifySummary(
                summary.Checks + 1, summary.Differing + (line.Passed ? 0 : 1), summary.Compared + line.Compared);
            report(line);
        }

        return summary;
    }

    private static IEnumerable<VerifyLine> Checks(Device device)
    {
        foreach (var line in ArithmeticChecks.Run(device))
            yield return line;

        foreach (var line in GradientChecks.Run(device))
            yield return line;

        foreach (var line in BitChecks.Run(device))
            yield return line;
    }
}
