namespace ParityGpu.Logs;

/// <summary>A log was moved, removed or replaced while it was being written. The message says where its runs are.</summary>
public sealed class LogLostException : IOException
{
    public LogLostException(string message)
        : base(message)
    {
    }

    public LogLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public LogLostException()
    {
    }
}
