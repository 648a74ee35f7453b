using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;

namespace ParityGpu.Devices;

/// <summary>
/// Compiles kernels and loads them into a device. ILGPU's own loaders must not be used for GPUs: the code that they pass to the driver is not
/// <see cref="DeviceCode.Definite"/>.
/// </summary>
public static class DeviceKernels
{
    // Disposed by their accelerators.
    private static readonly ConditionalWeakTable<Accelerator, Dictionary<(MethodInfo Method, int Group, KernelSpecialization Bounds), Kernel>> Loaded = [];

    /// <summary>
    /// Loads a kernel whose threads know their groups; each kernel is loaded once per device, however often it is requested.
    /// </summary>
    /// <typeparam name="TLauncher">Stream, <see cref="KernelConfig"/>, then the body's parameters.</typeparam>
    /// <param name="accelerator">The device.</param>
    /// <param name="body">A static method; its delegate's type does not matter.</param>
    /// <exception cref="KernelRefusedException">The driver's compiler rejects the kernel.</exception>
    /// <exception cref="DeviceMemoryException">The device has too little free memory for the kernel's code.</exception>
    /// <exception cref="AcceleratorException">The device has failed.</exception>
    public static TLauncher Load<TLauncher>(Accelerator accelerator, Delegate body)
        where TLauncher : Delegate =>
        Load(accelerator, body).CreateLauncherDelegate<TLauncher>();

    /// <summary>
    /// The same without a launcher.
    /// </summary>
    /// <inheritdoc cref="Load{TLauncher}"/>
    public static Kernel Load(Accelerator accelerator, Delegate body) => Load(accelerator, body.Method, group: 0, KernelSpecialization.Empty);

    /// <summary>
    /// The same for launches of one size.
    /// </summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="body">A static method; its delegate's type does not matter.</param>
    /// <param name="bounds">Threads per group, and groups that a multiprocessor should hold.</param>
    /// <param name="dynamicBytes">Shared memory that launches request.</param>
    /// <inheritdoc cref="Load{TLauncher}"/>
    public static Kernel Load(Accelerator accelerator, Delegate body, KernelSpecialization bounds, int dynamicBytes)
    {
        Kernel kernel = Load(accelerator, body.Method, group: 0, bounds);
        CudaSharedMemory.Allow(kernel, dynamicBytes);
        return kernel;
    }

    /// <summary>
    /// Loads a kernel with one thread per item, in groups of a size that suits the device.
    /// </summary>
    /// <typeparam name="TLauncher">Stream, number of items as <see cref="Index1D"/>, then the body's other parameters.</typeparam>
    /// <param name="device">The device.</param>
    /// <param name="body">A static method whose first parameter is the item's index.</param>
    /// <exception cref="KernelRefusedException">The driver's compiler rejects the kernel.</exception>
    /// <exception cref="DeviceMemoryException">The device has too little free memory for the kernel's code.</exception>
    /// <exception cref="AcceleratorException">The device has failed.</exception>
    public static TLauncher LoadItems<TLauncher>(Device device, Delegate body)
        where TLauncher : Delegate =>
        Load(device.Accelerator, body.Method, device.ItemGroup, KernelSpecialization.Empty).CreateLauncherDelegate<TLauncher>();

    /// <summary>
    /// Compiles a kernel without loading it.
    /// </summary>
    /// <param name="context">The backend's context.</param>
    /// <param name="backend">The backend that generates the code.</param>
    /// <param name="method">A static method.</param>
    /// <param name="isPerItem">Whether its first parameter is an item's index.</param>
    /// <param name="bounds">What is known about launches.</param>
    public static CompiledKernel Compile(
        Context context, Backend backend, MethodInfo method, bool isPerItem, KernelSpecialization bounds = default) =>
        DeviceCode.Definite(context, backend.Compile(Description(method, isPerItem), bounds));

    private static EntryPointDescription Description(MethodInfo method, bool isPerItem) => isPerItem
        ? EntryPointDescription.FromImplicitlyGroupedKernel(method)
        : EntryPointDescription.FromExplicitlyGroupedKernel(method);

    private static Kernel Load(Accelerator accelerator, MethodInfo method, int group, KernelSpecialization bounds)
    {
        var kernels = Loaded.GetOrCreateValue(accelerator);
        lock (kernels)
        {
            if (!kernels.TryGetValue((method, group, bounds), out var kernel))
            {
                var compiled = KernelCache.Get(
                    KernelCache.Folder,
                    accelerator,
                    Description(method, group > 0),
                    bounds,
                    () => Compile(accelerator.Context, accelerator.GetBackend(), method, group > 0, bounds));
                try
                {
                    kernel = group > 0 ? accelerator.LoadImplicitlyGroupedKernel(compiled, group) : accelerator.LoadKernel(compiled);
                }
                catch (AcceleratorException e) when (KernelLog.IsRefusal(e))
                {
                    throw KernelLog.Refusal(accelerator, compiled, method, e);
                }
                catch (AcceleratorException e) when (DeviceMemoryException.Is(e))
                {
                    throw new DeviceMemoryException(accelerator, bytes: null, e);
                }

                kernels.Add((method, group, bounds), kernel);
            }

            return kernel;
        }
    }
}
