namespace ParityGpu.Logs;

/// <summary>Another process is writing a log. It may end soon, so the same command can be tried again.</summary>
public sealed class LogBusyException : IOException
{
    public LogBusyException(string message)
        : base(message)
    {
    }

    public LogBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public LogBusyException()
    {
    }
}
