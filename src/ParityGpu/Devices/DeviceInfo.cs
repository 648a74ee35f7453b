namespace ParityGpu.Devices;

/// <summary>One accelerator in the list of <c>parity devices</c>.</summary>
/// <param name="Name">Name as accepted by <c>--device</c>: cpu, opencl:0, cuda:0.</param>
/// <param name="Kind">cpu, opencl or cuda.</param>
/// <param name="Description">The vendor's name for the device.</param>
/// <param name="MemoryBytes">Device memory in bytes.</param>
/// <param name="Usable">Whether the kernels can run on it.</param>
/// <param name="Reason">Why not, if they cannot.</param>
/// <param name="Advice">What would help, if anything would.</param>
/// <param name="IsSecondName">Whether it is hardware that is already listed as cpu or a CUDA device, reached in a slower way.</param>
/// <param name="DriverFails">Whether an installed driver should work but does not.</param>
public sealed record DeviceInfo(
    string Name,
    string Kind,
    string Description,
    long MemoryBytes,
    bool Usable,
    string? Reason,
    string? Advice,
    bool IsSecondName = false,
    bool DriverFails = false)
{
    /// <summary>Whether it is used without being named: usable without reservations, and not a second name.</summary>
    public bool IsFirstChoice => Usable && Reason is null && !IsSecondName;
}
