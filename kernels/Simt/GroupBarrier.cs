using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simt;

/// <summary>Threads of a group waiting for each other.</summary>
public static class GroupBarrier
{
    /// <summary>
    /// All threads arrive before any goes on, and then see what the others wrote to global and to shared memory. ILGPU's own
    /// barrier orders global memory only on OpenCL.
    /// </summary>
    [IntrinsicImplementation]
    public static void Barrier() => Group.Barrier();

    /// <summary>Teaches a context's GPU backends the operations of this class.</summary>
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
