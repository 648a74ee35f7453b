using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ParityGpu.Devices;

namespace ParityGpu.Tests.Ptx;

/// <summary>What CUDA's compiler would be given, made without a GPU.</summary>
internal static class PtxCompiler
{
    /// <summary>The PTX of a kernel.</summary>
    /// <param name="kernel">The kernel's method.</param>
    /// <param name="architecture">A field of <see cref="CudaArchitecture"/>, as in SM_90.</param>
    /// <param name="implicitlyGrouped">Whether the kernel's first parameter is the index of an item.</param>
    public static string Compile(MethodInfo kernel, string architecture, bool implicitlyGrouped = false)
    {
        using var context = DeviceCatalog.CreateContext(builder => builder.CPU());
        var target = (CudaArchitecture)typeof(CudaArchitecture).GetField(architecture)!.GetValue(null)!;
        using var backend = new PTXBackend(context, target, CudaInstructionSet.ISA_80, null!);
        var compiled = backend.Compile(
            implicitlyGrouped
                ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
                : EntryPointDescription.FromExplicitlyGroupedKernel(kernel),
            KernelSpecialization.Empty);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }
}
