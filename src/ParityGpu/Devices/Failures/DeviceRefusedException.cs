namespace ParityGpu.Devices;

/// <summary>A requested device does not start. The message is a line with the driver's answer and advice.</summary>
public sealed class DeviceRefusedException : UserErrorException
{
    public DeviceRefusedException(string message)
        : base(message)
    {
    }

    public DeviceRefusedException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
