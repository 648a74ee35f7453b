namespace ParityGpu;

/// <summary>
/// A user's request cannot be carried out. The message is one line that names the option, the
/// value and what is allowed; the program prints it and exits with code 2.
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
