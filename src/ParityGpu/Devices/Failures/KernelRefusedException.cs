namespace ParityGpu.Devices;

/// <summary>A driver rejects a kernel. The message is part of a line: the driver's answer, the file with its compiler's log, advice.</summary>
public sealed class KernelRefusedException(string message, Exception cause) : Exception(message, cause);
