namespace ParityGpu.Devices;

/// <summary>One accelerator as <c>parity devices</c> lists it.</summary>
/// <param name="Name">What <c>--device</c> takes: cpu, opencl:0, cuda:0.</param>
/// <param name="Kind">cpu, opencl or cuda.</param>
/// <param name="Description">The maker's name of the device.</param>
/// <param name="MemoryBytes">Device memory in bytes.</param>
/// <param name="Usable">Whether the kernels can run on it.</param>
/// <param name="Reason">Why not, where they cannot.</param>
/// <param name="Advice">What would help, where something would.</param>
/// <param name="IsSecondName">Whether it is hardware that cpu or a CUDA device already stands for, reached by a slower way.</param>
/// <param name="DriverFails">Whether a driver is there that should work and does not.</param>
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
    /// <summary>Whether it is taken without being named: usable without reservations, and hardware of its own.</summary>
    public bool IsFirstChoice => Usable && Reason is null && !IsSecondName;
}
