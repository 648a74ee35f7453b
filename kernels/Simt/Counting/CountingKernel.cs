using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Training of two-layer ReLU networks on GPUs: one group of threads per slot. Follows NUMERICS.md operation by operation. The kernels
/// differ in where a network's state lies during a launch. Grid: one group per slot.
/// </summary>
public static class CountingKernel
{
    /// <summary>Quads of shared memory that <see cref="Fixed{TTile}"/> uses.</summary>
    public const int FixedQuads = 1024;

    /// <summary>All state in shared memory, whose size the launch sets (CUDA).</summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">Not used.</param>
    public static void Shared<TTile>(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
        where TTile : struct, ITile
    {
        var quads = SharedMemory.GetDynamic<FloatQuad>();
        CountingTraining.Train<TTile>(shape, buffers, new CountingMemory(quads, quads));
    }

    /// <summary>The same for batches of one sample.</summary>
    /// <inheritdoc cref="Shared{TTile}"/>
    public static void OneSample(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
    {
        var quads = SharedMemory.GetDynamic<FloatQuad>();
        SingleSampleTraining.Train(shape, buffers, new CountingMemory(quads, quads));
    }

    /// <summary>The same for networks of few neurons, of which the tile's blocks are pairs, and batches of at most 32 samples.</summary>
    /// <inheritdoc cref="Shared{TTile}"/>
    public static void OneWarp<TTile>(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
        where TTile : struct, ITile
    {
        var quads = SharedMemory.GetDynamic<FloatQuad>();
        OneWarpTraining.Train<TTile>(shape, buffers, new CountingMemory(quads, quads));
    }

    /// <summary>Parameters in scratch memory, the rest in <see cref="FixedQuads"/> of shared memory.</summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[slot][<see cref="CountingPlan.ParameterQuads"/>], contents irrelevant.</param>
    public static void Fixed<TTile>(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
        where TTile : struct, ITile
    {
        var quads = SharedMemory.Allocate<FloatQuad>(FixedQuads);
        var parameters = scratch.Cast<FloatQuad>().SubView((long)Grid.IdxX * shape.Counting.ParameterQuads, shape.Counting.ParameterQuads);
        CountingTraining.Train<TTile>(shape, buffers, new CountingMemory(parameters, quads));
    }

    /// <summary>All state in scratch memory.</summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[slot]: first <see cref="CountingPlan.ParameterQuads"/>, then
    /// <see cref="CountingPlan.EndQuads"/>; contents irrelevant.</param>
    public static void Global<TTile>(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch)
        where TTile : struct, ITile
    {
        long slotQuads = (long)shape.Counting.ParameterQuads + shape.Counting.EndQuads;
        var quads = scratch.Cast<FloatQuad>().SubView(Grid.IdxX * slotQuads, slotQuads);
        CountingTraining.Train<TTile>(
            shape, buffers, new CountingMemory(quads, quads.SubView(shape.Counting.ParameterQuads, shape.Counting.EndQuads)));
    }
}
