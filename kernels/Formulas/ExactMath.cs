using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels;

/// <summary>
/// The arithmetic operations the canon needs beyond +, × and compare, with the same bits on every backend (NUMERICS.md).
/// </summary>
public static class ExactMath
{
    /// <summary>a·b + c with one rounding.</summary>
    [IntrinsicImplementation]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>Registers the operations of this class and of <see cref="Simt.GroupBarrier"/> with a context's GPU backends.</summary>
    public static void Register(IntrinsicImplementationManager intrinsics)
    {
        Simt.GroupBarrier.Register(intrinsics);
        var fma = typeof(ExactMath).GetMethod(nameof(Fma))!;
        intrinsics.RegisterMethod(
            fma, new PTXIntrinsic(typeof(ExactMath), nameof(FmaPtx), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterMethod(
            fma, new CLIntrinsic(typeof(ExactMath), nameof(FmaOpenCL), IntrinsicImplementationMode.GenerateCode));
    }

    private static void FmaPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        // Emitted instruction by instruction because inline assembly returns its result through local memory.
        var a = generator.LoadPrimitive(value.Nodes[0]);
        var b = generator.LoadPrimitive(value.Nodes[1]);
        var c = generator.LoadPrimitive(value.Nodes[2]);
        var target = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    private static void FmaOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var target = generator.Allocate(value);
        using var statement = generator.BeginStatement(target);
        statement.AppendCommand("fma");
        statement.BeginArguments();
        foreach (var node in value.Nodes)
            statement.AppendArgument(generator.Load(node));

        statement.EndArguments();
    }
}
