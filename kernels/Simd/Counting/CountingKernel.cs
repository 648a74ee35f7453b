using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The SIMD body of the two-layer ReLU network's training kernel, for ILGPU's CPU accelerator: one worker per group of one
/// thread; workers take slots from a shared counter until none is left. Its methods are compiled with full optimisation at
/// once: a worker that never leaves its core lets .NET's background compiler improve them only after seconds.
/// </summary>
public static unsafe class CountingKernel
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    public static long ScratchBytes(LaunchShape shape) => CountingWorkspace.Bytes(shape);

    /// <summary>Lanes of the widest vectors this process may use: 16, 8, 4 or 1.</summary>
    public static int VectorLanes =>
        Lanes512.IsSupported ? Lanes512.Count
        : Lanes256.IsSupported ? Lanes256.Count
        : Lanes128.IsSupported ? Lanes128.Count
        : ScalarLane.Count;

    /// <summary>
    /// Advances every slot by up to <see cref="LaunchShape.ChunkSteps"/> steps.
    /// </summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="weights">[slots][<see cref="FirstLayerLayout.RunFloats"/>].</param>
    /// <param name="settings">[slots].</param>
    /// <param name="subsets">[slots][<see cref="LaunchShape.SubsetStride"/>]: relevant inputs.</param>
    /// <param name="states">[slots].</param>
    /// <param name="scratch">[workers][<see cref="ScratchBytes"/>].</param>
    /// <param name="nextSlot">A single counter, 0 at launch.</param>
    public static void Kernel(
        LaunchShape shape,
        ArrayView<float> weights,
        ArrayView<RunSettings> settings,
        ArrayView<int> subsets,
        ArrayView<RunState> states,
        ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, true, shape, weights, settings, subsets, states, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarKernel(
        LaunchShape shape,
        ArrayView<float> weights,
        ArrayView<RunSettings> settings,
        ArrayView<int> subsets,
        ArrayView<RunState> states,
        ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, false, shape, weights, settings, subsets, states, scratch, nextSlot);

    // ILGPU compiles kernels to its own representation even for the CPU, which knows no vectors; an intrinsic is left alone.
    [IntrinsicImplementation]
    private static void Work(
        int worker,
        bool vectors,
        LaunchShape shape,
        ArrayView<float> weights,
        ArrayView<RunSettings> settings,
        ArrayView<int> subsets,
        ArrayView<RunState> states,
        ArrayView<byte> scratch,
        ArrayView<int> nextSlot)
    {
        int lanes = vectors ? VectorLanes : ScalarLane.Count;
        byte* memory = (byte*)Unsafe.AsPointer(ref scratch[worker * ScratchBytes(shape)]);
        var workspace = CountingWorkspace.At(memory, shape);
        long runFloats = FirstLayerLayout.RunFloats(shape.Inputs, shape.Width);
        ref int counter = ref nextSlot[0];
        for (int slot = Interlocked.Increment(ref counter) - 1; slot < shape.Slots; slot = Interlocked.Increment(ref counter) - 1)
        {
            float* run = (float*)Unsafe.AsPointer(ref weights[slot * runFloats]);
            int* subset = (int*)Unsafe.AsPointer(ref subsets[(long)slot * shape.SubsetStride]);
            ref RunState state = ref states[slot];
            ref RunSettings runSettings = ref settings[slot];
            if (lanes == Lanes512.Count)
                new CountingRun<Vector512<float>, Lanes512>(shape, workspace, run, subset, runSettings).Advance(ref state);
            else if (lanes == Lanes256.Count)
                new CountingRun<Vector256<float>, Lanes256>(shape, workspace, run, subset, runSettings).Advance(ref state);
            else if (lanes == Lanes128.Count)
                new CountingRun<Vector128<float>, Lanes128>(shape, workspace, run, subset, runSettings).Advance(ref state);
            else
                new CountingRun<float, ScalarLane>(shape, workspace, run, subset, runSettings).Advance(ref state);
        }
    }
}
