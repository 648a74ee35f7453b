using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Devices;
using ParityGpu.Verification;

namespace ParityGpu.Cli.Commands;

/// <summary>parity verify: whether to trust a device.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Option<string> device = SharedOptions.Device();
        Option<int?> threads = SharedOptions.Threads();
        var command = new Command(
            "verify", "Checks a device against published test vectors, the reference implementation and the CPU; exit code 1 if it differs.")
        {
            device,
            threads,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(device)!, parsed.GetValue(threads), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string selector, int? threads, TextWriter output, TextWriter error)
    {
        using Device device = DeviceCatalog.Open(selector, threads, error.WriteLine);
        output.WriteLine($"{device.Name}: {device.Description}");
        var different = new List<VerifyLine>();
        VerifySummary summary = Verifier.Run(device, line =>
        {
            if (!line.Passed)
                different.Add(line);

            output.WriteLine($"{(line.Passed ? "ok      " : "DIFFERS ")} {line.Name}: {line.Detail}");
        });
        Compared compared = summary.Compared;
        output.WriteLine(
            $"compared bit for bit: {compared.Runs:N0} runs, {compared.Steps:N0} steps, {compared.Weights:N0} weights and moments, {compared.Measurements:N0} measurements of curves");
        if (summary.Passed)
        {
            output.WriteLine($"all checks passed ({summary.Checks})");
            return ExitCodes.Ok;
        }

        output.WriteLine($"{summary.Differing} of {summary.Checks} checks failed: do not trust this device. Please report these lines:");
        foreach (string line in DeviceReport.Lines(device, different))
            output.WriteLine(line);

        return ExitCodes.Failed;
    }
}
