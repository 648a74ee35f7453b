using ILGPU;
using ParityGpu.Kernels;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Banks;

/// <summary>Selects a counting kernel: those that keep more of a network's state in shared memory are faster.</summary>
internal static class CountingLaunch
{
    private const int QuadBytes = 16;
    private const int QuadWords = QuadBytes / sizeof(uint);

    /// <summary>Registers of a thread: 64 sums of a tile, signs and weights.</summary>
    private const int Registers = 128;

    /// <summary>Threads of a group if several groups share a multiprocessor.</summary>
    private const int Threads = 256;

    /// <summary>Registers of the threads of a group with five warps on each scheduler.</summary>
    private const int CrowdedRegisters = 96;

    /// <summary>Maximum number of neurons that get a thread each when batches have one sample, and the registers of these threads.</summary>
    private const int MostSingleThreads = 512;
    private const int SingleRegisters = 64;

    /// <summary>Registers of the threads of a warp that trains a network alone.</summary>
    private const int OneWarpRegisters = 80;

    /// <summary>Maximum threads of a group that has a multiprocessor to itself: four warps on each of its schedulers, or five.</summary>
    private static readonly int[] LoneThreads = [512, 640];

    /// <summary>Words of a pass, largest number first.</summary>
    private static readonly int[] PassWords = [4, 2, 1];

    private delegate void Body(LaunchShape shape, RunBuffers buffers, ArrayView<uint> scratch);

    /// <summary>The kernel for a shape on a device.</summary>
    public static SimtLaunch Of(LaunchShape shape, GroupLimits limits)
    {
        if (shape.Batch == 1 && shape.Width <= Math.Min(MostSingleThreads, limits.Threads))
        {
            var single = CountingPlan.OfSingleSamples(shape);
            if (single.EndQuads <= limits.DynamicBytes / QuadBytes)
                return Launch(Simt.CountingKernel.OneSample, shape, single, single.EndQuads, 0, SingleRegisters);
        }

        if (CountingPlan.IsForOneWarp(shape))
        {
            var warp = CountingPlan.OfOneWarp(shape);
            if (warp.EndQuads <= limits.DynamicBytes / QuadBytes)
                return Launch(Of(warp.TileBlocks).OneWarp, shape, warp, warp.EndQuads, 0, OneWarpRegisters);
        }

        int threads = Math.Min(Threads, limits.Threads);
        foreach (int words in PassWords)
        {
            var plan = CountingPlan.Of(shape, threads, words, parametersApart: false);
            if (plan.EndQuads > limits.DynamicBytes / QuadBytes)
                continue;

            if (plan.EndQuads > limits.DynamicBytes / QuadBytes / 2)
                plan = Alone(shape, limits, words);

            return Launch(Of(plan.TileBlocks).Shared, shape, plan, plan.EndQuads, 0, IsCrowded(plan) ? CrowdedRegisters : Registers);
        }

        foreach (int words in PassWords)
        {
            var plan = CountingPlan.Of(shape, threads, words, parametersApart: true);
            if (plan.EndQuads <= Simt.CountingKernel.FixedQuads)
                return Launch(Of(plan.TileBlocks).Fixed, shape, plan, 0, plan.ParameterQuads);
        }

        var global = CountingPlan.Of(shape, threads, PassWords[0], parametersApart: true);
        return Launch(Of(global.TileBlocks).Global, shape, global, 0, (long)global.ParameterQuads + global.EndQuads);
    }

    /// <summary>
    /// The plan for a group that has a multiprocessor to itself: little work for the busiest scheduler, and as little for all of them. A fifth warp costs
    /// spills.
    /// </summary>
    private static CountingPlan Alone(LaunchShape shape, GroupLimits limits, int words) =>
        (from threads in LoneThreads
         from tile in Enumerable.Range(1, CountingPlan.MostTileBlocks)
         let plan = CountingPlan.Of(shape, Math.Min(threads, limits.Threads), words, parametersApart: false, tile)
         where plan.EndQuads <= limits.DynamicBytes / QuadBytes
         select plan).MinBy(plan =>
            plan.WarpInstructions * ((SimtLaunch.Schedulers * BusiestWarps(plan) * (IsCrowded(plan) ? 1.05 : 1)) + plan.Warps));

    /// <summary>Whether there are more warps than <see cref="Registers"/> for each thread allow.</summary>
    private static bool IsCrowded(CountingPlan plan) => BusiestWarps(plan) > SimtLaunch.WarpsOf(Registers);

    /// <summary>Warps of the scheduler that has most of the group.</summary>
    private static int BusiestWarps(CountingPlan plan) => (plan.Warps + SimtLaunch.Schedulers - 1) / SimtLaunch.Schedulers;

    private static SimtLaunch Launch(
        Body body, LaunchShape shape, CountingPlan plan, int sharedQuads, long scratchQuads, int registers = Registers)
    {
        shape.Counting = plan;
        return new(body, shape, plan.Threads, sharedQuads * QuadBytes, scratchQuads * QuadWords, registers);
    }

    private static Bodies Of(int tileBlocks) => tileBlocks switch
    {
        1 => Bodies.Of<Simt.Tiles.Of1>(),
        2 => Bodies.Of<Simt.Tiles.Of2>(),
        3 => Bodies.Of<Simt.Tiles.Of3>(),
        4 => Bodies.Of<Simt.Tiles.Of4>(),
        5 => Bodies.Of<Simt.Tiles.Of5>(),
        6 => Bodies.Of<Simt.Tiles.Of6>(),
        7 => Bodies.Of<Simt.Tiles.Of7>(),
        _ => Bodies.Of<Simt.Tiles.Of8>(),
    };

    /// <summary>The kernels for one size of tiles.</summary>
    private readonly record struct Bodies(Body Shared, Body Fixed, Body Global, Body OneWarp)
    {
        public static Bodies Of<TTile>()
            where TTile : struct, Simt.ITile =>
            new(
                Simt.CountingKernel.Shared<TTile>,
                Simt.CountingKernel.Fixed<TTile>,
                Simt.CountingKernel.Global<TTile>,
                Simt.CountingKernel.OneWarp<TTile>);
    }
}
