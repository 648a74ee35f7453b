using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>A pass over the weights by a <see cref="Team"/>.</summary>
internal static unsafe class TeamPass<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Samples whose sums grow together, and for how many more sums are asked.</summary>
    private const int SamplesAtOnce = 8;
    private const int SamplesAhead = 64;

    /// <summary>The leader's pass, with what helpers there are.</summary>
    /// <inheritdoc cref="CountingPass{TVec,TLanes}.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Lead(
        ref Team team, float* weights, in CountingWorkspace workspace, in LaunchShape shape, in RunSettings settings, in PassPlan plan)
    {
        // The sums go from core to core with every part, so there are as few as their values allow, the same number for each worker.
        int workers = team.Workers;
        int rounds = Canon.Quotient(Canon.Quotient(plan.Blocks, workers), CountingWorkspace.MostPartBlocks(plan.Samples));
        int partBlocks = Canon.Quotient(plan.Blocks, workers * rounds);
        *workspace.TeamPlan = new TeamPlan { Pass = plan, PartBlocks = partBlocks };
        team.Begin(Canon.Quotient(plan.Blocks, partBlocks), workers);
        while (TryPart(ref team, weights, workspace, shape, settings, worker: 0))
        {
        }

        team.AwaitEnd();
        return team.IsFinite;
    }

    /// <summary>Helps until the team's run has ended.</summary>
    /// <param name="team">The team.</param>
    /// <param name="weights">The run's parameters.</param>
    /// <param name="own">The helper's workspace.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="settings">Settings of the run.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Help(ref Team team, float* weights, in CountingWorkspace own, in LaunchShape shape, in RunSettings settings)
    {
        CountingWorkspace workspace = CountingWorkspace.At(team.Scratch, shape).SharedBy(own);
        int worker = team.TakeNumber();
        var wait = default(TeamWait);
        while (!team.IsOver)
        {
            if (TryPart(ref team, weights, workspace, shape, settings, worker))
                wait.Reset();
            else
                wait.Once();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryPart(
        ref Team team, float* weights, in CountingWorkspace workspace, in LaunchShape shape, in RunSettings settings, int worker)
    {
        if (!team.TryTake(worker, out long part))
            return false;

        PassPlan plan = workspace.TeamPlan->Pass;
        int partBlocks = workspace.TeamPlan->PartBlocks;
        int first = (int)(part - team.FirstPart) * partBlocks;
        plan.Apart = true;
        plan.Blocks = Math.Min(partBlocks, plan.Blocks - first);
        plan.FirstBlock = first;
        bool finite = CountingPass<TVec, TLanes>.Run(weights, workspace, shape, settings, plan);
        team.AwaitTurn(part);
        AddValues(weights, workspace, shape.Inputs, plan);
        team.Complete(finite);
        return true;
    }

    /// <summary>
    /// S ← fma(u, h, S) for the part's neurons, block by block. The sums come from another core's cache while that core may wait for them, so many are
    /// asked for before the first are needed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddValues(float* weights, in CountingWorkspace workspace, int inputs, in PassPlan plan)
    {
        float* outputs = weights + FirstLayerLayout.Index(inputs, plan.FirstBlock * Canon.Lanes, inputs + 1);
        long outputStride = (long)FirstLayerLayout.Rows(inputs) * Canon.Lanes;
        long valueStride = (long)plan.Samples * Canon.Lanes;
        bool first = plan.FirstBlock == 0;
        for (int lane = 0; lane < Canon.Lanes; lane += TLanes.Count)
        {
            float* sums = workspace.LaneSums + lane;
            float* values = workspace.Values + lane;
            int left = plan.Samples;
            CountingPass<TVec, TLanes>.Prefetch(sums, Math.Min(left, SamplesAhead));
            for (; left >= SamplesAtOnce; left -= SamplesAtOnce, sums += SamplesAtOnce * Canon.Lanes, values += SamplesAtOnce * Canon.Lanes)
            {
                CountingPass<TVec, TLanes>.Prefetch(sums + (SamplesAhead * Canon.Lanes), Math.Min(left - SamplesAhead, SamplesAtOnce));
                AddEight(sums, values, valueStride, outputs + lane, outputStride, plan.Blocks, first);
            }

            for (; left > 0; left--, sums += Canon.Lanes, values += Canon.Lanes)
            {
                float* value = values;
                float* output = outputs + lane;
                TVec s = Start(sums, first);
                for (int block = 0; block < plan.Blocks; block++, value += valueStride, output += outputStride)
                    s = TLanes.Fma(TLanes.Load(output), TLanes.Load(value), s);

                TLanes.Store(sums, s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddEight(float* sums, float* value, long valueStride, float* output, long outputStride, int blocks, bool first)
    {
        TVec s0 = Start(sums, first);
        TVec s1 = Start(sums + Canon.Lanes, first);
        TVec s2 = Start(sums + (2 * Canon.Lanes), first);
        TVec s3 = Start(sums + (3 * Canon.Lanes), first);
        TVec s4 = Start(sums + (4 * Canon.Lanes), first);
        TVec s5 = Start(sums + (5 * Canon.Lanes), first);
        TVec s6 = Start(sums + (6 * Canon.Lanes), first);
        TVec s7 = Start(sums + (7 * Canon.Lanes), first);
        for (int block = 0; block < blocks; block++, value += valueStride, output += outputStride)
        {
            TVec u = TLanes.Load(output);
            s0 = TLanes.Fma(u, TLanes.Load(value), s0);
            s1 = TLanes.Fma(u, TLanes.Load(value + Canon.Lanes), s1);
            s2 = TLanes.Fma(u, TLanes.Load(value + (2 * Canon.Lanes)), s2);
            s3 = TLanes.Fma(u, TLanes.Load(value + (3 * Canon.Lanes)), s3);
            s4 = TLanes.Fma(u, TLanes.Load(value + (4 * Canon.Lanes)), s4);
            s5 = TLanes.Fma(u, TLanes.Load(value + (5 * Canon.Lanes)), s5);
            s6 = TLanes.Fma(u, TLanes.Load(value + (6 * Canon.Lanes)), s6);
            s7 = TLanes.Fma(u, TLanes.Load(value + (7 * Canon.Lanes)), s7);
        }

        TLanes.Store(sums, s0);
        TLanes.Store(sums + Canon.Lanes, s1);
        TLanes.Store(sums + (2 * Canon.Lanes), s2);
        TLanes.Store(sums + (3 * Canon.Lanes), s3);
        TLanes.Store(sums + (4 * Canon.Lanes), s4);
        TLanes.Store(sums + (5 * Canon.Lanes), s5);
        TLanes.Store(sums + (6 * Canon.Lanes), s6);
        TLanes.Store(sums + (7 * Canon.Lanes), s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Start(float* sum, bool first) => first ? TLanes.Broadcast(0f) : TLanes.Load(sum);
}
