using System.CommandLine;
using ParityGpu.Devices;
using ParityGpu.Verification;

namespace ParityGpu.Cli;

/// <summary>parity verify: whether to trust a device.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Option<string> device = SharedOptions.Device();
        Option<int?> threads = SharedOptions.Threads();
        var command = new Command(
            "verify", "Checks a device against published vectors, the reference and the CPU; exit code 1 if it differs.")
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
        int failed = 0;
        Verifier.Run(device, line =>
        {
            failed += line.Passed ? 0 : 1;
            output.WriteLine($"{(line.Passed ? "ok      " : "DIFFERS ")} {line.Name}: {line.Detail}");
        });
        output.WriteLine(failed == 0 ? "all checks passed" : $"{failed} checks differ: do not trust this device");
        return failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
