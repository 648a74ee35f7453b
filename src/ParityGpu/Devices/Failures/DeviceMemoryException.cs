using System.Globalization;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>A device has too little free memory. The message is part of a line: bytes requested, bytes free, the driver's answer, advice.</summary>
public sealed class DeviceMemoryException : Exception
{
    private const long Mebibyte = 1 << 20;
    private const string Advice = "end other programs that use it, train fewer neurons, or use another device";

    /// <summary>
    /// Describes a failed allocation.
    /// </summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="bytes">Bytes requested; null if the driver allocated on its own.</param>
    /// <param name="cause">What the driver or the system answered.</param>
    public DeviceMemoryException(Accelerator accelerator, long? bytes, Exception cause)
        : base(
            $"not enough memory: {(bytes is { } asked ? Size(asked) : "an unknown amount")} requested, {Free(accelerator)}{Answer(cause)}; {Advice}",
            cause)
    {
    }

    /// <summary>
    /// Describes a device that could not start because its memory was full.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="cause">What the driver answered.</param>
    public DeviceMemoryException(DeviceInfo device, Exception cause)
        : base(
            $"not enough memory: the driver needs a few hundred MiB to start, and does not yet report how much of the {Size(device.MemoryBytes)} is free{Answer(cause)}; {Advice}",
            cause)
    {
    }

    /// <summary>Whether an exception says that memory ran out.</summary>
    public static bool Is(Exception exception) =>
        exception is OutOfMemoryException || DriverErrors.Of(exception)?.Kind == DriverErrorKind.Memory;

    private static string Free(Accelerator accelerator)
    {
        try
        {
            return DeviceMemory.TellsFree(accelerator)
                ? $"{Size(DeviceMemory.Free(accelerator))} of {Size(DeviceMemory.Total(accelerator))} are free"
                : $"the device has {Size(DeviceMemory.Total(accelerator))} in total";
        }
        catch (CudaException e)
        {
            return $"the driver no longer reports how much is free ({e.Error})";
        }
    }

    private static string Answer(Exception cause) =>
        DriverErrors.Of(cause) is { } error ? $" (the driver returned {error.Number}, {error.Name})" : "";

    private static string Size(long bytes) => bytes < Mebibyte
        ? $"{bytes} bytes"
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Mebibyte:0.#} MiB");
}
