using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The step of a batch of one sample, fused with the forward pass of the next one. G_ji is ±1 or 0, and <see cref="CountingWorkspace.Active"/> holds z.
/// Two registers of neurons move side by side where there are two, because they share the loads of the samples' signs.
/// </summary>
internal static unsafe class SingleSamplePass<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>
    /// Applies a step to neurons.
    /// </summary>
    /// <param name="weights">The run's parameters, laid out as <see cref="FirstLayerLayout"/> says.</param>
    /// <param name="workspace">Holds z and the signs of the sample, and the signs of the next one.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="settings">Settings of the run.</param>
    /// <param name="plan">Which neurons, and whether the next sample is classified on the way.</param>
    /// <returns>False if an updated output weight is not finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run(float* weights, in CountingWorkspace workspace, in LaunchShape shape, in RunSettings settings, in PassPlan plan)
    {
        int neuron = plan.FirstBlock * Canon.Lanes;
        int lastBlock = plan.FirstBlock + plan.Blocks - 1;
        int last = lastBlock * Canon.Lanes;
        int rest = plan.Starts(lastBlock) ? Canon.Lanes : shape.Width - last;
        bool halves = CountingPass<TVec, TLanes>.FitHalf(rest);
        int end = halves ? last : last + rest;
        bool finite = true;
        for (; neuron + TLanes.Count < end; neuron += 2 * TLanes.Count)
            finite &= Step<Two>(weights, workspace, shape.Inputs, settings, plan, neuron);

        if (neuron < end)
            finite &= Step<One>(weights, workspace, shape.Inputs, settings, plan, neuron);

        if (halves)
            finite &= SingleSamplePass<Vector256<float>, Lanes256>.Step<One>(weights, workspace, shape.Inputs, settings, plan, last);

        return finite;
    }

    /// <summary>The same for one or two registers of neurons from <paramref name="neuron"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Step<TRegisters>(
        float* weights, in CountingWorkspace workspace, int inputs, in RunSettings settings, in PassPlan plan, int neuron)
        where TRegisters : struct, ICount
    {
        bool two = TRegisters.Value > 1;
        int other = two ? neuron + TLanes.Count : neuron;
        float* a = weights + FirstLayerLayout.Index(inputs, neuron, 0);
        float* b = weights + FirstLayerLayout.Index(inputs, other, 0);
        TVec decay = TLanes.Broadcast(settings.Decay);
        bool decays = settings.Decay != 1f;
        TVec stepSize = TLanes.Broadcast(settings.StepSize);
        TVec maskA = Mask(workspace, neuron);
        TVec maskB = Mask(workspace, other);
        float* outputsA = a + ((inputs + 1L) * Canon.Lanes);
        float* outputsB = b + ((inputs + 1L) * Canon.Lanes);
        TVec stepA = TLanes.Multiply(TLanes.Load(outputsA), stepSize);
        TVec stepB = TLanes.Multiply(TLanes.Load(outputsB), stepSize);
        TVec biasSign = TLanes.Broadcast(workspace.SampleSigns[inputs]);
        TVec zA = Move(a + ((long)inputs * Canon.Lanes), biasSign, maskA, stepA, decay, decays);
        TVec zB = two ? Move(b + ((long)inputs * Canon.Lanes), biasSign, maskB, stepB, decay, decays) : zA;
        float* signs = workspace.SampleSigns;
        float* next = workspace.InputSigns;
        for (int left = inputs; left > 0; left -= Canon.Group)
        {
            // Products with ±1 are exact, so a multiply-add gives the bits of an addition.
            TVec sign = TLanes.Broadcast(signs[0]);
            TVec x = TLanes.Broadcast(next[0]);
            TVec sumA = TLanes.Multiply(Move(a, sign, maskA, stepA, decay, decays), x);
            TVec sumB = two ? TLanes.Multiply(Move(b, sign, maskB, stepB, decay, decays), x) : sumA;
            if (left > 1)
            {
                sign = TLanes.Broadcast(signs[1]);
                x = TLanes.Broadcast(next[1]);
                sumA = TLanes.Fma(Move(a + Canon.Lanes, sign, maskA, stepA, decay, decays), x, sumA);
                sumB = two ? TLanes.Fma(Move(b + Canon.Lanes, sign, maskB, stepB, decay, decays), x, sumB) : sumA;
            }

            if (left > 2)
            {
                sign = TLanes.Broadcast(signs[2]);
                x = TLanes.Broadcast(next[2]);
                sumA = TLanes.Fma(Move(a + (2 * Canon.Lanes), sign, maskA, stepA, decay, decays), x, sumA);
                sumB = two ? TLanes.Fma(Move(b + (2 * Canon.Lanes), sign, maskB, stepB, decay, decays), x, sumB) : sumA;
            }

            if (left > 3)
            {
                sign = TLanes.Broadcast(signs[3]);
                x = TLanes.Broadcast(next[3]);
                sumA = TLanes.Fma(Move(a + (3 * Canon.Lanes), sign, maskA, stepA, decay, decays), x, sumA);
                sumB = two ? TLanes.Fma(Move(b + (3 * Canon.Lanes), sign, maskB, stepB, decay, decays), x, sumB) : sumA;
            }

            zA = TLanes.Add(zA, sumA);
            zB = TLanes.Add(zB, sumB);
            a += Canon.Group * Canon.Lanes;
            b += Canon.Group * Canon.Lanes;
            signs += Canon.Group;
            next += Canon.Group;
        }

        bool finite = Finish(outputsA, workspace, settings, plan, neuron, TLanes.And(maskA, biasSign), zA);
        return two ? finite & Finish(outputsB, workspace, settings, plan, other, TLanes.And(maskB, biasSign), zB) : finite;
    }

    /// <summary>All ones in the lanes of neurons that are active on the sample if it lies inside the margin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Mask(in CountingWorkspace workspace, int neuron)
    {
        TVec zero = TLanes.Broadcast(0f);
        TVec positive = TLanes.MarkPositive(zero, TLanes.Load(workspace.Active + neuron), 1);
        return TLanes.SubtractWords(zero, TLanes.And(positive, TLanes.BroadcastWord(workspace.Margin[0] & 1)));
    }

    /// <summary>w ← fma(G, s·u, w·d).</summary>
    /// <returns>The new weights.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Move(float* weights, TVec sign, TVec mask, TVec step, TVec decay, bool decays)
    {
        TVec weight = TLanes.Load(weights);
        weight = TLanes.Fma(TLanes.And(sign, mask), step, decays ? TLanes.Multiply(weight, decay) : weight);
        TLanes.Store(weights, weight);
        return weight;
    }

    /// <summary>Moves the output weights, and adds the neurons to the next sample's lane sums.</summary>
    /// <returns>Whether the new output weights are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Finish(
        float* outputs, in CountingWorkspace workspace, in RunSettings settings, in PassPlan plan, int neuron, TVec biasGradient, TVec z)
    {
        uint* values = workspace.Active + neuron;
        TVec hiddenSum = TLanes.Multiply(TLanes.Load(values), biasGradient);
        TVec output = TLanes.Multiply(TLanes.Load(outputs), TLanes.Broadcast(settings.Decay));
        output = TLanes.Fma(TLanes.Broadcast(settings.StepSize), hiddenSum, output);
        TLanes.Store(outputs, output);
        if (plan.DirectSamples > 0)
        {
            int block = neuron / Canon.Lanes;
            float* sums = workspace.SumsOf(block, plan) + (neuron % Canon.Lanes);
            NeuronTile<TVec, TLanes>.Accumulate(sums, plan.Apart ? TLanes.Broadcast(1f) : output, z, plan.Starts(block));
            TLanes.Store(values, z);
        }

        return CountingPass<TVec, TLanes>.IsFinite(output);
    }
}
