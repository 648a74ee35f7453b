namespace ParityGpu.Cli;

/// <summary>The program's exit codes.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>A check failed, runs are missing, a file is gone: somebody must look.</summary>
    public const int Failed = 1;

    /// <summary>The user asked for something that cannot be done, or a log is damaged: the same command fails again.</summary>
    public const int UserError = 2;

    /// <summary>A bug in this program (EX_SOFTWARE of sysexits.h).</summary>
    public const int InternalError = 70;

    /// <summary>
    /// The machine failed, and the same command may succeed later or elsewhere: disk full, device lost, log written by another process
    /// (EX_TEMPFAIL of sysexits.h).
    /// </summary>
    public const int TryAgain = 75;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT, as shells report it.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by a termination request: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
