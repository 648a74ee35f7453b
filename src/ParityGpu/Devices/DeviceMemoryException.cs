using System.Globalization;
using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>A device has too little free memory. The message is part of a line: asked, free, the driver's answer, advice.</summary>
public sealed class DeviceMemoryException : Exception
{
    private const string Advice = "end other programs that use it, use fewer neurons, or another device";

    /// <summary>
    /// Describes a failed allocation.
    /// </summary>
    /// <param name="device">Where.</param>
    /// <param name="bytes">What was asked for.</param>
    /// <param name="cause">What the driver or the system answered.</param>
    public DeviceMemoryException(Device device, long bytes, Exception cause)
        : base(
            $"too little memory: {Mebibytes(bytes)} more were asked for, {Free(device)}{Answer(cause)}; {Advice}",
            cause)
    {
    }

    /// <summary>Whether an exception says that memory ran out.</summary>
    public static bool Is(Exception exception) =>
        exception is OutOfMemoryException || DriverErrors.Of(exception)?.Kind == DriverErrorKind.Memory;

    private static string Free(Device device)
    {
        try
        {
            return device.Accelerator is CudaAccelerator || device.IsCpu
                ? $"{Mebibytes(device.FreeMemory())} of {Mebibytes(device.Memory)} are free"
                : $"the device has {Mebibytes(device.Memory)} in all";
        }
        catch (CudaException e)
        {
            return $"how much is free the driver does not say ({e.Error})";
        }
    }

    private static string Answer(Exception cause) =>
        DriverErrors.Of(cause) is { } error ? $" (the driver answered {error.Number}, {error.Name})" : "";

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.##} MiB");
}
