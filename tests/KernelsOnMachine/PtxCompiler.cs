using System.Collections.Concurrent;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ParityGpu.Banks;
using ParityGpu.Devices;

namespace ParityGpu.KernelsOnMachine;

/// <summary>Writes PTX without a GPU.</summary>
public static class PtxCompiler
{
    private static readonly ConcurrentDictionary<(MethodInfo Kernel, string Architecture, bool ImplicitlyGrouped), Lazy<string>> Compiled = [];

    /// <summary>What CUDA's driver is given. A large kernel takes ILGPU seconds, so each is compiled once.</summary>
    /// <param name="kernel">The kernel's method.</param>
    /// <param name="architecture">A field of <see cref="CudaArchitecture"/>, as in SM_90.</param>
    /// <param name="implicitlyGrouped">Whether the kernel's first parameter is the index of an item.</param>
    public static string Compile(MethodInfo kernel, string architecture, bool implicitlyGrouped = false) =>
        Compiled.GetOrAdd(
            (kernel, architecture, implicitlyGrouped),
            _ => new(() => Compile(architecture, (context, backend) => DeviceKernels.Compile(context, backend, kernel, implicitlyGrouped)))).Value;

    /// <summary>The same for launches of one size, for an H100.</summary>
    public static string Compile(SimtLaunch launch) => Compile(
        nameof(CudaArchitecture.SM_90),
        (context, backend) => DeviceKernels.Compile(context, backend, launch.Body.Method, isPerItem: false, launch.Bounds));

    /// <summary>What ILGPU writes by itself.</summary>
    public static string CompileAsIlgpuDoes(MethodInfo kernel, string architecture) =>
        Compile(architecture, (_, backend) =>
            backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty));

    private static string Compile(string architecture, Func<Context, PTXBackend, CompiledKernel> compile)
    {
        using var context = DeviceCatalog.CreateContext(builder => builder.CPU());
        var target = (CudaArchitecture)typeof(CudaArchitecture).GetField(architecture)!.GetValue(null)!;
        using var backend = new PTXBackend(context, target, CudaInstructionSet.ISA_80, null!);
        return ((PTXCompiledKernel)compile(context, backend)).PTXAssembly;
    }
}
