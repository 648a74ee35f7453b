namespace ParityGpu.Logs;

/// <summary>Another process writes a log. It may end soon: the same can be tried again.</summary>
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
