using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ParityGpu.Devices;

/// <summary>
/// The errors of drivers in plain words: numbers and names from cuda.h (CUDA 13.0) and cl.h (OpenCL 3.0).
/// </summary>
public static class DriverErrors
{
    private const string Elsewhere = "train on another device, for example --device cpu";
    private const string Less = "end other programs that use the GPU, train fewer neurons, or use another device";
    private const string Report = "report it with the output of 'parity devices'; meanwhile, use --device cpu";
    private const string Reinstall = "restart the machine or install NVIDIA's driver again";
    private const string Update = "update the vendor's driver";
    private const string Check = "run 'parity verify' on the device; if it fails again, restart the machine and look at the system log";

    private static readonly Dictionary<int, DriverError> CudaErrors = Table(
        new(1, "CUDA_ERROR_INVALID_VALUE", DriverErrorKind.Device, "it was called with an invalid value", Report),
        new(2, "CUDA_ERROR_OUT_OF_MEMORY", DriverErrorKind.Memory, "not enough of the GPU's memory is free", Less),
        new(3, "CUDA_ERROR_NOT_INITIALIZED", DriverErrorKind.Device, "the driver is not initialised", Reinstall),
        new(4, "CUDA_ERROR_DEINITIALIZED", DriverErrorKind.Device, "the driver is shutting down", Elsewhere),
        new(34, "CUDA_ERROR_STUB_LIBRARY", DriverErrorKind.Device, "the library is the toolkit's stub, not a driver", "remove the toolkit's 'stubs' folder from LD_LIBRARY_PATH"),
        new(35, "CUDA_ERROR_INSUFFICIENT_DRIVER", DriverErrorKind.Device, "the driver is older than the library", "update NVIDIA's driver"),
        new(36, "CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER", DriverErrorKind.Device, "the driver is too old for this call", "update NVIDIA's driver"),
        new(46, "CUDA_ERROR_DEVICE_UNAVAILABLE", DriverErrorKind.Device, "the GPU is busy, or another program has exclusive use of it", "end that program (nvidia-smi lists it), set the compute mode to default (nvidia-smi -c 0), or use another device"),
        new(100, "CUDA_ERROR_NO_DEVICE", DriverErrorKind.Device, "the driver finds no GPU", "check that nvidia-smi lists one and that CUDA_VISIBLE_DEVICES does not hide it"),
        new(101, "CUDA_ERROR_INVALID_DEVICE", DriverErrorKind.Device, "there is no such GPU", "check CUDA_VISIBLE_DEVICES and what nvidia-smi lists"),
        new(102, "CUDA_ERROR_DEVICE_NOT_LICENSED", DriverErrorKind.Device, "the virtual GPU has no licence", "renew its licence, or use another device"),
        new(200, "CUDA_ERROR_INVALID_IMAGE", DriverErrorKind.Kernel, "a kernel's code is invalid", Report),
        new(201, "CUDA_ERROR_INVALID_CONTEXT", DriverErrorKind.Device, "the GPU's context is gone", Check),
        new(209, "CUDA_ERROR_NO_BINARY_FOR_GPU", DriverErrorKind.Kernel, "a kernel has no code for this GPU", Report),
        new(214, "CUDA_ERROR_ECC_UNCORRECTABLE", DriverErrorKind.Device, "the GPU's memory has an error that could not be corrected", "restart the machine; if nvidia-smi -q -d ECC reports more of them, have the card replaced"),
        new(216, "CUDA_ERROR_CONTEXT_ALREADY_IN_USE", DriverErrorKind.Device, "the GPU is in use by another program", "end that program (nvidia-smi lists it), or use another device"),
        new(218, "CUDA_ERROR_INVALID_PTX", DriverErrorKind.Kernel, "the driver's compiler rejects a kernel", Report),
        new(220, "CUDA_ERROR_NVLINK_UNCORRECTABLE", DriverErrorKind.Device, "a link between GPUs has an error that could not be corrected", Check),
        new(221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND", DriverErrorKind.Kernel, "the driver's compiler for PTX is missing", Reinstall),
        new(222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", DriverErrorKind.Kernel, "the driver is older than the kernel's code", "update NVIDIA's driver"),
        new(223, "CUDA_ERROR_JIT_COMPILATION_DISABLED", DriverErrorKind.Kernel, "PTX compilation is disabled", "unset CUDA_DISABLE_PTX_JIT"),
        new(300, "CUDA_ERROR_INVALID_SOURCE", DriverErrorKind.Kernel, "a kernel's source is invalid", Report),
        new(302, "CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND", DriverErrorKind.Device, "a library of the driver lacks a function", Reinstall),
        new(303, "CUDA_ERROR_SHARED_OBJECT_INIT_FAILED", DriverErrorKind.Device, "a library of the driver cannot be loaded", Reinstall),
        new(304, "CUDA_ERROR_OPERATING_SYSTEM", DriverErrorKind.Device, "an operating system call failed", "check that you may read and write /dev/nvidia*"),
        new(400, "CUDA_ERROR_INVALID_HANDLE", DriverErrorKind.Device, "it was called with an invalid handle", Report),
        new(500, "CUDA_ERROR_NOT_FOUND", DriverErrorKind.Kernel, "the driver does not find the kernel in its own code", Report),
        new(700, "CUDA_ERROR_ILLEGAL_ADDRESS", DriverErrorKind.Device, "a kernel accessed memory that is not its own", Check),
        new(701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", DriverErrorKind.Device, "a kernel needs more registers or shared memory than the GPU has", Report),
        new(702, "CUDA_ERROR_LAUNCH_TIMEOUT", DriverErrorKind.Device, "a kernel ran longer than the system allows on a GPU with a display", "use a GPU without a display, or raise the limit (TdrDelay on Windows)"),
        new(710, "CUDA_ERROR_ASSERT", DriverErrorKind.Device, "a check in a kernel failed", Report),
        new(714, "CUDA_ERROR_HARDWARE_STACK_ERROR", DriverErrorKind.Device, "the GPU's call stack failed", Check),
        new(715, "CUDA_ERROR_ILLEGAL_INSTRUCTION", DriverErrorKind.Device, "a kernel has an instruction that the GPU does not know", Check),
        new(716, "CUDA_ERROR_MISALIGNED_ADDRESS", DriverErrorKind.Device, "a kernel used a misaligned address", Check),
        new(717, "CUDA_ERROR_INVALID_ADDRESS_SPACE", DriverErrorKind.Device, "a kernel used an address in the wrong kind of memory", Check),
        new(718, "CUDA_ERROR_INVALID_PC", DriverErrorKind.Device, "a kernel jumped outside its code", Check),
        new(719, "CUDA_ERROR_LAUNCH_FAILED", DriverErrorKind.Device, "a kernel failed and the GPU was lost", Check),
        new(800, "CUDA_ERROR_NOT_PERMITTED", DriverErrorKind.Device, "the system does not permit it", "check that you may read and write /dev/nvidia*"),
        new(801, "CUDA_ERROR_NOT_SUPPORTED", DriverErrorKind.Device, "the driver cannot do it on this GPU", "update NVIDIA's driver, or use another device"),
        new(802, "CUDA_ERROR_SYSTEM_NOT_READY", DriverErrorKind.Device, "a service that the GPU needs is not running", "start nvidia-fabricmanager and look at the system log"),
        new(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", DriverErrorKind.Device, "the driver's library and its kernel module are of different versions", Reinstall),
        new(804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", DriverErrorKind.Device, "the compatibility library does not support this GPU", "update NVIDIA's driver, or remove the 'compat' folder from LD_LIBRARY_PATH"),
        new(805, "CUDA_ERROR_MPS_CONNECTION_FAILED", DriverErrorKind.Device, "NVIDIA's MPS does not answer", "restart nvidia-cuda-mps-control or unset CUDA_MPS_PIPE_DIRECTORY"),
        new(999, "CUDA_ERROR_UNKNOWN", DriverErrorKind.Device, "the driver does not say what failed", Reinstall));

    private static readonly Dictionary<int, DriverError> OpenCLErrors = Table(
        new(-1, "CL_DEVICE_NOT_FOUND", DriverErrorKind.Device, "the driver finds no device", "check that the vendor's tools list it"),
        new(-2, "CL_DEVICE_NOT_AVAILABLE", DriverErrorKind.Device, "the device is busy or in use by another program", "end that program, or use another device"),
        new(-3, "CL_COMPILER_NOT_AVAILABLE", DriverErrorKind.Kernel, "the driver has no compiler", Update),
        new(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE", DriverErrorKind.Memory, "not enough of the device's memory is free", Less),
        new(-5, "CL_OUT_OF_RESOURCES", DriverErrorKind.Device, "a kernel needs more than the device has, or failed while it ran", Check),
        new(-6, "CL_OUT_OF_HOST_MEMORY", DriverErrorKind.Memory, "not enough of the machine's memory is free", Less),
        new(-11, "CL_BUILD_PROGRAM_FAILURE", DriverErrorKind.Kernel, "the driver's compiler rejects a kernel", Report),
        new(-15, "CL_COMPILE_PROGRAM_FAILURE", DriverErrorKind.Kernel, "the driver's compiler rejects a kernel", Report),
        new(-17, "CL_LINK_PROGRAM_FAILURE", DriverErrorKind.Kernel, "the driver's linker rejects a kernel", Report),
        new(-30, "CL_INVALID_VALUE", DriverErrorKind.Device, "it was called with an invalid value", Report),
        new(-33, "CL_INVALID_DEVICE", DriverErrorKind.Device, "there is no such device", Check),
        new(-34, "CL_INVALID_CONTEXT", DriverErrorKind.Device, "the device's context is gone", Check),
        new(-36, "CL_INVALID_COMMAND_QUEUE", DriverErrorKind.Device, "the device was lost: its queue is gone", Check),
        new(-43, "CL_INVALID_BUILD_OPTIONS", DriverErrorKind.Kernel, "the driver's compiler rejects the kernel's options", Update),
        new(-44, "CL_INVALID_PROGRAM", DriverErrorKind.Kernel, "the driver rejects the kernel's program", Report),
        new(-45, "CL_INVALID_PROGRAM_EXECUTABLE", DriverErrorKind.Kernel, "the driver has no code for a kernel", Report),
        new(-46, "CL_INVALID_KERNEL_NAME", DriverErrorKind.Kernel, "the driver does not find the kernel in its own code", Report),
        new(-54, "CL_INVALID_WORK_GROUP_SIZE", DriverErrorKind.Device, "the device does not support groups of this size", Report),
        new(-55, "CL_INVALID_WORK_ITEM_SIZE", DriverErrorKind.Device, "the device does not support groups of this size", Report),
        new(-61, "CL_INVALID_BUFFER_SIZE", DriverErrorKind.Memory, "the device does not have so much memory in one piece", Less),
        new(-1001, "CL_PLATFORM_NOT_FOUND_KHR", DriverErrorKind.Device, "the loader finds no driver", "install the vendor's OpenCL driver"));

    /// <summary>Every CUDA error that has an explanation of its own.</summary>
    public static IEnumerable<DriverError> KnownCuda => CudaErrors.Values;

    /// <summary>Every OpenCL error that has an explanation of its own.</summary>
    public static IEnumerable<DriverError> KnownOpenCL => OpenCLErrors.Values;

    /// <summary>A CUresult other than success.</summary>
    public static DriverError Cuda(int number) => CudaErrors.GetValueOrDefault(number)
        ?? new(number, Named((CudaError)number), DriverErrorKind.Device, "an error that this program does not know", Check);

    /// <summary>An OpenCL status other than success.</summary>
    public static DriverError OpenCL(int number) => OpenCLErrors.GetValueOrDefault(number)
        ?? new(number, Named((CLError)number), DriverErrorKind.Device, "an error that this program does not know", Check);

    /// <summary>The driver's error that an exception of ILGPU carries, or null.</summary>
    public static DriverError? Of(Exception exception) => exception switch
    {
        // ILGPU keeps the error's name, or its number where ILGPU has no name for it.
        CudaException cuda => Cuda((int)Enum.Parse<CudaError>(cuda.Error)),
        CLException openCL => OpenCL((int)openCL.Error),
        _ => null,
    };

    /// <summary>What happened and what to do, as part of a line; for an exception not caused by a driver, its own message.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        KernelRefusedException or DeviceMemoryException => exception.Message,
        _ when Of(exception) is { } error => $"{error.Answer("the driver")}; {error.Advice}",
        _ => $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}",
    };

    private static Dictionary<int, DriverError> Table(params DriverError[] errors) => errors.ToDictionary(error => error.Number);

    private static string Named<T>(T error)
        where T : struct, Enum => Enum.GetName(error) ?? "unnamed error";
}
