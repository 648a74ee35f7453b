using System.Globalization;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>A device has too little free memory. The message is part of a line: asked, free, the driver's answer, advice.</summary>
public sealed class DeviceMemoryException : Exception
{
    private const long Mebibyte = 1 << 20;
    private const string Advice = "end other programs that use it, use fewer neurons, or another device";

    /// <summary>
    /// Describes a failed allocation.
    /// </summary>
    /// <param name="accelerator">Where.</param>
    /// <param name="bytes">What was asked for; null where the driver asked on its own.</param>
    /// <param name="cause">What the driver or the system answered.</param>
    public DeviceMemoryException(Accelerator accelerator, long? bytes, Exception cause)
        : base(
            $"too little memory: {(bytes is { } asked ? $"{Size(asked)} were" : "an amount that the driver does not tell was")} asked for, {Free(accelerator)}{Answer(cause)}; {Advice}",
            cause)
    {
    }

    /// <summary>
    /// Describes a device whose memory was too full for it to start.
    /// </summary>
    /// <param name="device">Where.</param>
    /// <param name="cause">What the driver answered.</param>
    public DeviceMemoryException(DeviceInfo device, Exception cause)
        : base(
            $"too little memory: its driver asks for some hundred MiB to start, of {Size(device.MemoryBytes)} in all it does not tell yet how much is free{Answer(cause)}; {Advice}",
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
                : $"the device has {Size(DeviceMemory.Total(accelerator))} in all";
        }
        catch (CudaException e)
        {
            return $"what is free the driver does not tell any more ({e.Error})";
        }
    }

    private static string Answer(Exception cause) =>
        DriverErrors.Of(cause) is { } error ? $" (the driver answered {error.Number}, {error.Name})" : "";

    private static string Size(long bytes) => bytes < Mebibyte
        ? $"{bytes} bytes"
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Mebibyte:0.#} MiB");
}
