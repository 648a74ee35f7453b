using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR.Types;
using ILGPU.Runtime;

namespace ParityGpu.Devices;

/// <summary>
/// Makes the code that ILGPU generates for a GPU unambiguous for the driver's compiler (NUMERICS.md, "What a compiler may not do").
/// </summary>
public static partial class DeviceCode
{
    private const string NoContraction = "#pragma OPENCL FP_CONTRACT OFF\n";

    /// <summary>
    /// The same kernel with code whose results no compiler may change by a bit.
    /// </summary>
    /// <param name="context">The context it was compiled in.</param>
    /// <param name="compiled">A kernel of ILGPU's PTX or OpenCL backend; any other is returned unchanged.</param>
    public static CompiledKernel Definite(Context context, CompiledKernel compiled) => compiled switch
    {
        PTXCompiledKernel ptx => PtxKernel(context, EntryPointOf(ptx), ptx.Info, DefinitePtx(ptx.PTXAssembly)),
        CLCompiledKernel openCL => new CLCompiledKernel(
            context, (SeparateViewEntryPoint)EntryPointOf(openCL), openCL.Info, NoContraction + openCL.Source, openCL.CVersion),
        _ => compiled,
    };

    /// <summary>
    /// A kernel from its definite code, without compiling it.
    /// </summary>
    /// <param name="context">The device's context.</param>
    /// <param name="backend">ILGPU's PTX or OpenCL backend.</param>
    /// <param name="description">The kernel's method.</param>
    /// <param name="shared">What <see cref="SharedMemoryOf"/> returned for it.</param>
    /// <param name="bounds">What is known about launches.</param>
    /// <param name="code">What <see cref="TextOf"/> returned for it.</param>
    public static CompiledKernel Kernel(
        Context context,
        Backend backend,
        EntryPointDescription description,
        SharedMemorySpecification shared,
        KernelSpecialization bounds,
        string code)
    {
        // As in CLBackend.CreateEntryPoint: a view's pointer and its length.
        const int ViewFields = 2;
        return backend is CLBackend openCL
            ? new CLCompiledKernel(
                context, new SeparateViewEntryPoint(description, shared, bounds, TypesOf(context), ViewFields), null, code, openCL.CLStdVersion)
            : PtxKernel(context, new EntryPoint(description, shared, bounds), null, code);
    }

    /// <summary>The code of a kernel of ILGPU's PTX or OpenCL backend.</summary>
    public static string TextOf(CompiledKernel kernel) => kernel is PTXCompiledKernel ptx ? ptx.PTXAssembly : ((CLCompiledKernel)kernel).Source;

    /// <summary>Shared memory that a kernel declares.</summary>
    public static SharedMemorySpecification SharedMemoryOf(CompiledKernel kernel) => EntryPointOf(kernel).SharedMemory;

    /// <summary>
    /// ILGPU 1.5.3 writes sums and products without a rounding mode, which lets NVIDIA's assembler fuse a product into the sum that uses it. It also
    /// marks a branch as uniform by the origin of its condition's data, not by which threads take it, although a branch marked uniform is undefined
    /// if the threads of a warp disagree. Adding .rn and removing .uni settles both.
    /// </summary>
    private static string DefinitePtx(string ptx) => UniformBranch().Replace(RealOperation().Replace(ptx, "$1.rn.$2"), "$1");

    [GeneratedRegex(@"\b(add|sub|mul)\.(f32|f64)\b")]
    private static partial Regex RealOperation();

    [GeneratedRegex(@"\b(bra|brx\.idx)\.uni\b")]
    private static partial Regex UniformBranch();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_TypeContext")]
    private static extern IRTypeContext TypesOf(Context context);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel PtxKernel(
        Context context, EntryPoint entryPoint, CompiledKernel.KernelInfo? info, string ptxAssembly);
}
