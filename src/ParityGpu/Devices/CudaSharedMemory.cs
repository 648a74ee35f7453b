using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>Shared memory of more than 48 KB, which CUDA grants to kernels that request it. ILGPU does not.</summary>
internal static class CudaSharedMemory
{
    private const int WithoutAsking = 48 << 10;

    /// <summary>CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN.</summary>
    private const DeviceAttributeKind MostOfGroup = (DeviceAttributeKind)97;

    /// <summary>CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.</summary>
    private const int MostDynamicBytes = 8;

    private delegate int SetAttribute(nint function, int attribute, int value);

    /// <summary>The most that a group can have.</summary>
    public static int BytesOfGroup(CudaAccelerator cuda) =>
        Setter() is null ? WithoutAsking : Math.Max(WithoutAsking, CudaAPI.CurrentAPI.GetDeviceAttribute(MostOfGroup, cuda.DeviceId));

    /// <summary>Lets launches of a kernel request up to <paramref name="bytes"/> bytes.</summary>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public static void Allow(Kernel kernel, int bytes)
    {
        if (kernel is not CudaKernel cuda || bytes <= WithoutAsking)
            return;

        kernel.Accelerator.Bind();
        CudaException.ThrowIfFailed((CudaError)Setter()!(cuda.FunctionPtr, MostDynamicBytes, bytes));
    }

    private static SetAttribute? Setter() =>
        NativeLibraries.TryLoad(NativeLibraries.Cuda, out nint library) && NativeLibrary.TryGetExport(library, "cuFuncSetAttribute", out nint function)
            ? Marshal.GetDelegateForFunctionPointer<SetAttribute>(function)
            : null;
}
