using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;

namespace ParityGpu.Devices;

/// <summary>
/// Compiles kernels and loads them into a device. ILGPU's own loaders must not be used for GPUs: what they hand to the driver
/// is not <see cref="DeviceCode.Definite"/>.
/// </summary>
public static class DeviceKernels
{
    // Disposed by their accelerators.
    private static readonly ConditionalWeakTable<Accelerator, Dictionary<(MethodInfo Method, int Group), Kernel>> Loaded = [];

    /// <summary>
    /// Loads a kernel whose threads know their groups; once per device, however often it is asked for.
    /// </summary>
    /// <typeparam name="TLauncher">Stream, <see cref="KernelConfig"/>, then the body's parameters.</typeparam>
    /// <param name="accelerator">The device.</param>
    /// <param name="body">A static method; its delegate's type does not matter.</param>
    /// <exception cref="AcceleratorException">The driver refuses the kernel.</exception>
    public static TLauncher Load<TLauncher>(Accelerator accelerator, Delegate body)
        where TLauncher : Delegate =>
        Load(accelerator, body.Method, group: 0).CreateLauncherDelegate<TLauncher>();

    /// <summary>
    /// Loads a kernel with one thread per item, in groups that suit the device.
    /// </summary>
    /// <typeparam name="TLauncher">Stream, number of items as <see cref="Index1D"/>, then the body's other parameters.</typeparam>
    /// <param name="device">The device.</param>
    /// <param name="body">A static method whose first parameter is the item's index.</param>
    /// <exception cref="AcceleratorException">The driver refuses the kernel.</exception>
    public static TLauncher LoadItems<TLauncher>(Device device, Delegate body)
        where TLauncher : Delegate =>
        Load(device.Accelerator, body.Method, device.ItemGroup).CreateLauncherDelegate<TLauncher>();

    /// <summary>
    /// Compiles a kernel without loading it.
    /// </summary>
    /// <param name="context">The backend's context.</param>
    /// <param name="backend">Whose code to write.</param>
    /// <param name="method">A static method.</param>
    /// <param name="isPerItem">Whether its first parameter is an item's index.</param>
    public static CompiledKernel Compile(Context context, Backend backend, MethodInfo method, bool isPerItem) =>
        DeviceCode.Definite(
            context,
            backend.Compile(
                isPerItem
                    ? EntryPointDescription.FromImplicitlyGroupedKernel(method)
                    : EntryPointDescription.FromExplicitlyGroupedKernel(method),
                KernelSpecialization.Empty));

    private static Kernel Load(Accelerator accelerator, MethodInfo method, int group)
    {
        var kernels = Loaded.GetOrCreateValue(accelerator);
        lock (kernels)
        {
            if (!kernels.TryGetValue((method, group), out var kernel))
            {
                var compiled = Compile(accelerator.Context, accelerator.GetBackend(), method, group > 0);
                kernel = group > 0 ? accelerator.LoadImplicitlyGroupedKernel(compiled, group) : accelerator.LoadKernel(compiled);
                kernels.Add((method, group), kernel);
            }

            return kernel;
        }
    }
}
