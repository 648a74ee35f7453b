using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>A pass over the weights by a <see cref="Team"/>.</summary>
internal static unsafe class TeamPass<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>
    /// From so many samples on, each worker has one part, since their sums go from one core's cache to another's with every part. Fewer samples are
    /// better served by smaller parts, whose values stay in the first-level cache; they are taken in order, or their turns would not come.
    /// </summary>
    private const int FewestSharedSamples = 64;

    /// <summary>Minimum number of parts taken in order, and maximum number of blocks in each.</summary>
    private const int OrderedParts = 8;
    private const int MostOrderedBlocks = 32;

    /// <summary>The leader's pass, with what helpers there are.</summary>
    /// <inheritdoc cref="CountingPass{TVec,TLanes}.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Lead(
        ref Team team, float* weights, in CountingWorkspace workspace, in LaunchShape shape, in RunSettings settings, in PassPlan plan)
    {
        int share = Canon.Quotient(plan.Blocks, team.Helpers + 1);
        int most = CountingWorkspace.MostPartBlocks(plan.Samples);
        bool isShared = plan.Samples >= FewestSharedSamples && share <= most && team.Helpers < Team.MostFreeParts;
        int partBlocks = isShared ? share : Math.Clamp(plan.Blocks / OrderedParts, 1, Math.Min(most, MostOrderedBlocks));
        int parts = Canon.Quotient(plan.Blocks, partBlocks);
        *workspace.TeamPlan = new TeamPlan { Pass = plan, PartBlocks = partBlocks };
        if (isShared)
            team.BeginFree(parts);
        else
            team.Begin(parts);

        // A part may go to another worker while this one tries to take it.
        while (TryPart(ref team, weights, workspace, shape, settings, worker: 0) || team.HasParts)
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
        if (!team.TryTakeFree(worker, out long part) && !team.TryTake(out part))
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

    /// <summary>S ← fma(u, h, S) for the part's neurons, block by block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddValues(float* weights, in CountingWorkspace workspace, int inputs, in PassPlan plan)
    {
        float* outputs = weights + FirstLayerLayout.Index(inputs, plan.FirstBlock * Canon.Lanes, inputs + 1);
        long outputStride = (long)FirstLayerLayout.Rows(inputs) * Canon.Lanes;
        long valueStride = (long)plan.Samples * Canon.Lanes;
        for (int lane = 0; lane < plan.Samples * Canon.Lanes; lane += TLanes.Count)
        {
            float* sum = workspace.LaneSums + lane;
            float* value = workspace.Values + lane;
            float* output = outputs + (lane % Canon.Lanes);
            TVec s = plan.FirstBlock == 0 ? TLanes.Broadcast(0f) : TLanes.Load(sum);
            for (int block = 0; block < plan.Blocks; block++, value += valueStride, output += outputStride)
                s = TLanes.Fma(TLanes.Load(output), TLanes.Load(value), s);

            TLanes.Store(sum, s);
        }
    }
}
