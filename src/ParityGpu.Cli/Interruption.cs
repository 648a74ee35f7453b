using System.Runtime.InteropServices;

namespace ParityGpu.Cli;

/// <summary>
/// Turns the first Ctrl-C or termination request into a cancellation that lets the current launch finish; a later Ctrl-C ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>A request this soon after the first counts as the same one: timeout(1) and job managers signal a process, then its group.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource source = new();
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly PosixSignalRegistration[] registrations;
    private long asked;

    public Interruption(TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated)),
        ];
    }

    public CancellationToken Token => source.Token;

    /// <summary>Set once the process was asked to stop.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();

        source.Dispose();
    }

    /// <summary>Handles a signal, which ends the process only if it is a later Ctrl-C.</summary>
    internal void Stop(PosixSignalContext context, int exitCode)
    {
        lock (gate)
        {
            if (ExitCode is null)
                asked = clock.GetTimestamp();

            // Job managers send SIGTERM to a script and to its programs, and the script passes it on.
            context.Cancel = exitCode == ExitCodes.Terminated || clock.GetElapsedTime(asked) < Repeat;
            ExitCode ??= exitCode;
        }

        source.Cancel();
    }
}
