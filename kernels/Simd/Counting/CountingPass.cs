using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// One pass over the weights of a two-layer ReLU network: the update of a step and the forward pass of the next, fused so that weights are read and
/// written once per step. Lanes = neurons. NUMERICS.md gives the order of all operations.
/// </summary>
internal static unsafe class CountingPass<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int TableEntries = SignedSums<TVec, TLanes>.Entries;

    /// <summary>
    /// Runs a pass.
    /// </summary>
    /// <param name="weights">The run's parameters, laid out as <see cref="FirstLayerLayout"/> says.</param>
    /// <param name="workspace">Holds the batches' bits, masks and sums.</param>
    /// <param name="shape">Shape of the network.</param>
    /// <param name="settings">Settings of the run.</param>
    /// <param name="plan">What to do.</param>
    /// <returns>False if an updated output weight is not finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run(
        float* weights, in CountingWorkspace workspace, in LaunchShape shape, in RunSettings settings, in PassPlan plan)
    {
        if (plan.Update && shape.Batch == 1)
            return SingleSamplePass<TVec, TLanes>.Run(weights, workspace, shape, settings, plan);

        bool finite = true;
        for (int block = plan.FirstBlock; block < plan.FirstBlock + plan.Blocks; block++)
        {
            int neurons = plan.Starts(block) ? Canon.Lanes : Math.Min(Canon.Lanes, shape.Width - (block * Canon.Lanes));
            if (FitHalf(neurons))
            {
                finite &= CountingPass<Vector256<float>, Lanes256>.RunLanes(weights, workspace, shape, settings, plan, block, 0);
                continue;
            }

            for (int lane = 0; lane < neurons; lane += TLanes.Count)
                finite &= RunLanes(weights, workspace, shape, settings, plan, block, lane);
        }

        return finite;
    }

    /// <summary>Whether a block's neurons fit half a register, and such registers exist.</summary>
    private static bool FitHalf(int neurons) => TLanes.Count > Lanes256.Count && Lanes256.IsSupported && neurons <= Lanes256.Count;

    /// <summary>The pass for the lanes from <paramref name="lane"/> on of one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool RunLanes(
        float* weights,
        in CountingWorkspace workspace,
        in LaunchShape shape,
        in RunSettings settings,
        in PassPlan plan,
        int index,
        int lane)
    {
        int words = Canon.Words(shape.Batch);
        float* block = weights + ((long)index * FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes) + lane;
        uint* active = workspace.Active + ((long)index * words * Canon.Lanes) + lane;
        float* sums = workspace.SumsOf(index, plan) + lane;
        uint* marks = plan.Mark ? active : null;
        bool finite = true;
        if (plan.Update)
        {
            finite = IsFinite(
                words == 1
                    ? UpdateCounted<Yes>(block, active, workspace, shape.Inputs, words, settings, plan.Tiles > 0)
                    : UpdateCounted<No>(block, active, workspace, shape.Inputs, words, settings, plan.Tiles > 0));
        }
        else if (plan.Tiles > 0)
        {
            SignedSums<TVec, TLanes>.BuildTables(block, workspace.Tables, shape.Inputs);
        }

        if (plan.Samples == 0)
            return finite;

        // The next block's parameters arrive while this block's samples are summed.
        if (workspace.Streams && lane == 0 && index + 1 < plan.FirstBlock + plan.Blocks)
            Prefetch(block + (FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes), FirstLayerLayout.Rows(shape.Inputs));

        bool first = plan.Starts(index);
        TVec output = plan.Apart ? TLanes.Broadcast(1f) : TLanes.Load(block + ((shape.Inputs + 1L) * Canon.Lanes));
        if (plan.Tiles > 0)
            ForwardTabled(block, output, workspace, shape.Inputs, plan.Tiles, sums, marks, first);
        else
            ForwardDirect(block, output, workspace, shape.Inputs, plan.DirectSamples, sums, marks, first);

        return finite;
    }

    /// <summary>Asks for rows of sixteen floats that are needed soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Prefetch(float* first, int rows)
    {
        for (int row = 0; Sse.IsSupported && row < rows; row++)
            Sse.Prefetch0(first + (row * Canon.Lanes));
    }

    /// <summary>Zero times a finite number is zero, times anything else NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsFinite(TVec values) => !TLanes.AnyNaN(TLanes.Multiply(values, TLanes.Broadcast(0f)));

    /// <summary>Applies a step to the lanes' neurons by population counts; also builds their tables if asked to.</summary>
    /// <returns>The new output weights.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVec UpdateCounted<TOneWord>(
        float* block, uint* active, in CountingWorkspace workspace, int inputs, int words, in RunSettings settings, bool tables)
        where TOneWord : struct, IFlag
    {
        var constants = TLanes.CreateCountConstants();
        TVec* nibbles = (TVec*)workspace.Nibbles;
        TVec lowNibbles = TLanes.BroadcastWord(0x0F0F0F0Fu);
        TVec minusTwiceActive = TLanes.Broadcast(0f);
        for (int word = 0; word < words; word++)
        {
            TVec mask = TLanes.And(TLanes.Load(active + (word * Canon.Lanes)), TLanes.BroadcastWord(workspace.Margin[word]));
            TVec low = TLanes.And(mask, lowNibbles);
            TVec high = TLanes.And(TLanes.ShiftRight(mask, 4), lowNibbles);
            nibbles[2 * word] = low;
            nibbles[(2 * word) + 1] = high;
            minusTwiceActive = TLanes.Add(minusTwiceActive, TLanes.TotalCounts(constants, TLanes.MinusTwiceBits(constants, low, high)));
        }

        float* outputRow = block + ((inputs + 1L) * Canon.Lanes);
        TVec output = TLanes.Load(outputRow);
        var row = new RowUpdate<TVec>
        {
            Words = words,
            Nibbles = nibbles,
            FirstLow = nibbles[0],
            FirstHigh = nibbles[1],
            ActiveCount = TLanes.Multiply(minusTwiceActive, TLanes.Broadcast(-0.5f)),
            Step = TLanes.Multiply(output, TLanes.Broadcast(settings.StepSize)),
            Decay = TLanes.Broadcast(settings.Decay),
            Decays = settings.Decay != 1f,
        };
        TVec zero = TLanes.Broadcast(0f);
        TVec sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
        uint* signs = workspace.Signs;
        float* table = workspace.Tables;
        int signStride = 2 * words;
        for (int input = 0; input < inputs; input += Canon.Group)
        {
            int left = inputs - input;
            float* weights = block + ((long)input * Canon.Lanes);
            TVec w0 = UpdateRow<TOneWord>(weights, signs, row, constants, ref sum0);
            TVec w1 = zero, w2 = zero, w3 = zero;
            if (left > 1)
                w1 = UpdateRow<TOneWord>(weights + Canon.Lanes, signs + signStride, row, constants, ref sum1);

            if (left > 2)
                w2 = UpdateRow<TOneWord>(weights + (2 * Canon.Lanes), signs + (2 * signStride), row, constants, ref sum2);

            if (left > 3)
                w3 = UpdateRow<TOneWord>(weights + (3 * Canon.Lanes), signs + (3 * signStride), row, constants, ref sum3);

            signs += Canon.Group * signStride;
            if (tables)
            {
                SignedSums<TVec, TLanes>.BuildTable(table, w0, w1, w2, w3);
                table += TableEntries * Canon.Lanes;
            }
        }

        TVec hiddenSum = TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3));
        uint* biasSigns = workspace.Signs + ((long)inputs * signStride);
        UpdateRow<TOneWord>(block + ((long)inputs * Canon.Lanes), biasSigns, row, constants, ref hiddenSum);
        output = TLanes.Fma(TLanes.Broadcast(settings.StepSize), hiddenSum, TLanes.Multiply(output, row.Decay));
        TLanes.Store(outputRow, output);
        return output;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec UpdateRow<TOneWord>(
        float* weights, uint* signs, in RowUpdate<TVec> row, in CountConstants<TVec> constants, ref TVec hiddenSum)
        where TOneWord : struct, IFlag
    {
        TVec counts = TLanes.MinusTwiceBits(
            constants,
            TLanes.And(row.FirstLow, TLanes.BroadcastWord(signs[0])),
            TLanes.And(row.FirstHigh, TLanes.BroadcastWord(signs[1])));
        TVec gradient = TOneWord.Value
            ? TLanes.TotalCounts(constants, counts)
            : CountRest(counts, signs, row.Words, constants, row.Nibbles);
        gradient = TLanes.Add(gradient, row.ActiveCount);
        TVec weight = TLanes.Load(weights);
        hiddenSum = TLanes.Fma(weight, gradient, hiddenSum);
        return Descend(weights, weight, gradient, row);
    }

    /// <summary>w ← fma(G, s·u, w·d).</summary>
    /// <returns>The new weights.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Descend(float* weights, TVec weight, TVec gradient, in RowUpdate<TVec> row)
    {
        weight = TLanes.Fma(gradient, row.Step, row.Decays ? TLanes.Multiply(weight, row.Decay) : weight);
        TLanes.Store(weights, weight);
        return weight;
    }

    /// <summary>Adds the counts of words 1 … to those of word 0, a float per lane (exact: below 2^24).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec CountRest(TVec counts, uint* signs, int words, in CountConstants<TVec> constants, TVec* nibbles)
    {
        TVec total = TLanes.Broadcast(0f);
        for (int word = 1; word < words; word++)
        {
            if (word % LaneLimits.WordsPerCount == 0)
            {
                total = TLanes.Add(total, TLanes.TotalCounts(constants, counts));
                counts = TLanes.Broadcast(0f);
            }

            TVec low = TLanes.And(nibbles[2 * word], TLanes.BroadcastWord(signs[2 * word]));
            TVec high = TLanes.And(nibbles[(2 * word) + 1], TLanes.BroadcastWord(signs[(2 * word) + 1]));
            counts = TLanes.AddCounts(counts, TLanes.MinusTwiceBits(constants, low, high));
        }

        return TLanes.Add(total, TLanes.TotalCounts(constants, counts));
    }

    /// <summary>
    /// Adds the lanes' neurons to the lane sums of all samples, eight samples at a time, one table entry per four inputs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ForwardTabled(
        float* block, TVec output, in CountingWorkspace workspace, int inputs, int tiles, float* sums, uint* marks, bool first)
    {
        TVec bias = TLanes.Load(block + ((long)inputs * Canon.Lanes));
        var neurons = new NeuronTile<TVec, TLanes>(output, sums, marks, first);
        TableSums<TVec, TLanes>.OfSamples(bias, workspace.Tables, workspace.Offsets, Canon.Groups(inputs), tiles, neurons);
    }

    /// <summary>The same for a handful of samples, adding weights without tables.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardDirect(
        float* block, TVec output, in CountingWorkspace workspace, int inputs, int samples, float* sums, uint* marks, bool first)
    {
        int padded = Canon.Group * Canon.Groups(inputs);
        TVec bias = TLanes.Load(block + ((long)inputs * Canon.Lanes));
        TVec z = bias;
        TVec bits = TLanes.Broadcast(0f);
        for (int sample = 0; sample < samples; sample++)
        {
            z = SignedSums<TVec, TLanes>.Direct(bias, block, workspace.InputSigns + ((long)sample * padded), inputs);
            NeuronTile<TVec, TLanes>.Accumulate(sums + (sample * Canon.Lanes), output, z, first);
            bits = TLanes.MarkPositive(bits, z, 1u << sample);
        }

        if (marks != null)
            TLanes.Store(marks, samples == 1 ? z : bits);
    }
}
