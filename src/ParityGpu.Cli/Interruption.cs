using System.Runtime.InteropServices;

namespace ParityGpu.Cli;

/// <summary>
/// Turns the first Ctrl-C or termination request into a cancellation that lets the launch under way end; the next
/// Ctrl-C ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated)),
    ];

    public CancellationToken Token => source.Token;

    /// <summary>Set once the process was asked to stop.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();

        source.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        // Job managers send SIGTERM to a script and to its programs, and the script passes it on.
        context.Cancel = !source.IsCancellationRequested || exitCode == ExitCodes.Terminated;
        ExitCode ??= exitCode;
        source.Cancel();
    }
}
