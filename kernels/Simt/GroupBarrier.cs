using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simt;

/// <summary>The barrier of a group of threads.</summary>
public static class GroupBarrier
{
    /// <summary>
    /// No thread continues before all have arrived; then all see what the others wrote to global and
    /// shared memory. ILGPU's own barrier orders global memory only on OpenCL.
    /// </summary>
    [IntrinsicImplementation]
    public static void Barrier() => Group.Barrier();

    /// <summary>Registers the operations of this class with a context's GPU backends.</summary>
    public static void Register(IntrinsicImplementationManager intrinsics)
    {
        var barrier = typeof(GroupBarrier).GetMethod(nameof(Barrier))!;
        intrinsics.RegisterMethod(
            barrier, new PTXIntrinsic(typeof(GroupBarrier), nameof(BarrierPtx), IntrinsicImplementationMode.Redirect));
        intrinsics.RegisterMethod(
            barrier, new CLIntrinsic(typeof(GroupBarrier), nameof(BarrierOpenCL), IntrinsicImplementationMode.GenerateCode));
    }

    private static void BarrierPtx() => Group.Barrier();

    private static void BarrierOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement("work_group_barrier");
        statement.BeginArguments();
        statement.AppendCommand("CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE");
        statement.EndArguments();
    }
}
