namespace ParityGpu;

/// <summary>
/// Something the user asked for cannot be done. The message is one line that names the option, the value and what is
/// allowed; the program prints it and exits with code 2.
/// </summary>
public class UserErrorException : Exception
{
    public UserErrorException(string message)
        : base(message)
    {
    }

    public UserErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public UserErrorException()
    {
    }
}
