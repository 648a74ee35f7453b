using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;

namespace ParityGpu.Banks;

/// <summary>How many slots keep a device busy.</summary>
public static class SuitableSlots
{
    private const long HostBytesPerThread = 2L << 20;
    private const int SlotsPerThread = 1024;
    private const int FewestSlotsPerThread = 8;
    private const long LargeRunBytes = 16L << 20;

    /// <summary>
    /// Threads that a compute unit of an OpenCL device holds with these kernels, limited by their registers: two groups of 256 on AMD and NVIDIA.
    /// ILGPU does not query this on OpenCL; it assumes the size of the largest group.
    /// </summary>
    private const int OpenCLThreads = 512;

    /// <summary>The same for one of Intel's units, a vector engine: 8 hardware threads of 16 lanes.</summary>
    private const int IntelThreads = 128;

    /// <summary>
    /// Slots enough for every thread to have work when most runs of a launch end early, few enough to stay in cache (CPU) or for
    /// a GPU to hold all at once.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="runs">Number of runs to train; more slots would stay empty.</param>
    /// <param name="room">On a GPU, bytes of memory that the slots may take.</param>
    /// <returns>0 if there is no room for one.</returns>
    /// <exception cref="KernelRefusedException">The driver rejects the kernel.</exception>
    public static int Of(Device device, BankShape bank, long runs, long room)
    {
        LaunchShape shape = bank.Launch(1);
        long runBytes = (sizeof(float) * RunLayout.RunFloats(shape)) + (sizeof(uint) * RunLayout.DataWords(shape));
        if (device.IsCpu)
        {
            long fewest = runBytes < LargeRunBytes ? FewestSlotsPerThread : 1;
            return (int)Math.Min(runs, device.Threads * Math.Clamp(HostBytesPerThread / runBytes, fewest, SlotsPerThread));
        }

        SimtLaunch launch = SimtKernels.Training(bank, 1, GroupLimits.Of(device.Accelerator));
        long slotBytes = runBytes + (sizeof(uint) * launch.ScratchWords);
        long fitting = Math.Max(0, room / slotBytes);
        return (int)Math.Min(runs, Math.Min(fitting, GroupsAtOnce(device, launch)));
    }

    /// <summary>Groups that a GPU holds at once.</summary>
    private static long GroupsAtOnce(Device device, SimtLaunch launch)
    {
        long units = device.Accelerator.NumMultiprocessors;
        long groups = device.Accelerator switch
        {
            CudaAccelerator cuda =>
                units * cuda.EstimateMaxActiveGroupsPerMultiprocessor(launch.Load(cuda), launch.Threads, launch.DynamicBytes),
            CLAccelerator { VendorName: var vendor } when vendor.Contains("Intel", StringComparison.OrdinalIgnoreCase) =>
                units * IntelThreads / launch.Threads,
            _ => units * OpenCLThreads / launch.Threads,
        };
        return Math.Max(1, groups);
    }
}
