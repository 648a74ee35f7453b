using ParityGpu.Banks;
using ParityGpu.Devices;

namespace ParityGpu.Verification;

/// <summary>A device and the CPU that it is compared with.</summary>
/// <param name="Device">The device.</param>
/// <param name="Cpu">The CPU.</param>
internal sealed record DevicePair(Device Device, Device Cpu)
{
    /// <summary>Vectors of the trusted side: the CPU is compared with its own code without vectors.</summary>
    public CpuVectors CpuVectors => Device.IsCpu ? CpuVectors.None : CpuVectors.Widest;

    /// <summary>Name of the trusted side in lines.</summary>
    public string TrustedName => Device.IsCpu ? "scalar code" : "the CPU";
}
