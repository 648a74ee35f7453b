using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The step of a batch of one sample, fused with the forward pass of the next one. G_ji is ±1 or 0, and <see cref="CountingWorkspace.Active"/> holds z.
/// Registers of neurons move side by side, because they share the loads of the samples' signs and the loop over the inputs.
/// </summary>
internal static unsafe class SingleSamplePass<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>How many move side by side: AVX-512 has 32 registers for what they keep, others have 16.</summary>
    private static int MostRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLanes.Count == Canon.Lanes ? 4 : 2;
    }

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
        int first = plan.FirstBlock * Canon.Lanes;
        int lastBlock = plan.FirstBlock + plan.Blocks - 1;
        int end = plan.Starts(lastBlock) ? (lastBlock + 1) * Canon.Lanes : shape.Width;
        int part = Math.Max(Canon.Lanes, MostRegisters * TLanes.Count);
        bool finite = true;
        for (; first < end; first += part)
        {
            int last = Math.Min(end, first + part);
            for (int neuron = first; neuron < last; neuron += MostRegisters * TLanes.Count)
                Move(Canon.Quotient(last - neuron, TLanes.Count), weights, workspace, shape.Inputs, settings, neuron);

            finite &= AddOutputs(weights, workspace, shape.Inputs, plan, first, last);
        }

        return finite;
    }

    /// <summary>Moves so many registers of neurons, or as many as move side by side, and replaces their z by that of the next sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(int registers, float* weights, in CountingWorkspace workspace, int inputs, in RunSettings settings, int neuron)
    {
        if (registers == 1)
            Move<One>(weights, workspace, inputs, settings, neuron);
        else if (registers == 2 || MostRegisters == 2)
            Move<Two>(weights, workspace, inputs, settings, neuron);
        else if (registers == 3)
            Move<Three>(weights, workspace, inputs, settings, neuron);
        else
            Move<Four>(weights, workspace, inputs, settings, neuron);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<TRegisters>(float* weights, in CountingWorkspace workspace, int inputs, in RunSettings settings, int neuron)
        where TRegisters : struct, ICount
    {
        if (settings.Decay == 1f)
            Move<TRegisters, No>(weights, workspace, inputs, settings, neuron);
        else
            Move<TRegisters, Yes>(weights, workspace, inputs, settings, neuron);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move<TRegisters, TDecays>(
        float* weights, in CountingWorkspace workspace, int inputs, in RunSettings settings, int neuron)
        where TRegisters : struct, ICount
        where TDecays : struct, IFlag
    {
        uint* values = workspace.Active + neuron;
        Begin<TDecays>(out Neurons a, weights, workspace, inputs, settings, neuron);
        Neurons b = a, c = a, d = a;
        if (TRegisters.Value > 1)
            Begin<TDecays>(out b, weights, workspace, inputs, settings, neuron + TLanes.Count);

        if (TRegisters.Value > 2)
            Begin<TDecays>(out c, weights, workspace, inputs, settings, neuron + (2 * TLanes.Count));

        if (TRegisters.Value > 3)
            Begin<TDecays>(out d, weights, workspace, inputs, settings, neuron + (3 * TLanes.Count));

        Rows rows;
        rows.A = weights + FirstLayerLayout.Index(inputs, neuron, 0);
        rows.B = weights + FirstLayerLayout.Index(inputs, neuron + TLanes.Count, 0);
        rows.C = weights + FirstLayerLayout.Index(inputs, neuron + (2 * TLanes.Count), 0);
        rows.D = weights + FirstLayerLayout.Index(inputs, neuron + (3 * TLanes.Count), 0);
        TVec decay = TLanes.Broadcast(settings.Decay);
        float* signs = workspace.SampleSigns;
        float* next = workspace.InputSigns;
        for (int left = inputs; left > 0; left -= Canon.Group, signs += Canon.Group, next += Canon.Group)
        {
            // Adding to -0 changes no bit.
            Sums sums;
            sums.A = sums.B = sums.C = sums.D = TLanes.Broadcast(-0f);
            if (left >= Canon.Group)
            {
                MoveRow<TRegisters, TDecays>(ref rows, a, b, c, d, decay, signs, next, ref sums);
                MoveRow<TRegisters, TDecays>(ref rows, a, b, c, d, decay, signs + 1, next + 1, ref sums);
                MoveRow<TRegisters, TDecays>(ref rows, a, b, c, d, decay, signs + 2, next + 2, ref sums);
                MoveRow<TRegisters, TDecays>(ref rows, a, b, c, d, decay, signs + 3, next + 3, ref sums);
            }

            for (int row = 0; left < Canon.Group && row < left; row++)
                MoveRow<TRegisters, TDecays>(ref rows, a, b, c, d, decay, signs + row, next + row, ref sums);

            a.Z = TLanes.Add(a.Z, sums.A);
            b.Z = TLanes.Add(b.Z, sums.B);
            c.Z = TLanes.Add(c.Z, sums.C);
            d.Z = TLanes.Add(d.Z, sums.D);
        }

        TLanes.Store(values, a.Z);
        if (TRegisters.Value > 1)
            TLanes.Store(values + TLanes.Count, b.Z);

        if (TRegisters.Value > 2)
            TLanes.Store(values + (2 * TLanes.Count), c.Z);

        if (TRegisters.Value > 3)
            TLanes.Store(values + (3 * TLanes.Count), d.Z);
    }

    /// <summary>Finds which neurons move and how far, and moves their output weights and their biases, from which z starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin<TDecays>(
        out Neurons neurons, float* weights, in CountingWorkspace workspace, int inputs, in RunSettings settings, int neuron)
        where TDecays : struct, IFlag
    {
        TVec zero = TLanes.Broadcast(0f);
        TVec decay = TLanes.Broadcast(settings.Decay);
        TVec stepSize = TLanes.Broadcast(settings.StepSize);
        TVec sign = TLanes.Broadcast(workspace.SampleSigns[inputs]);
        TVec z = TLanes.Load(workspace.Active + neuron);
        float* bias = weights + FirstLayerLayout.Index(inputs, neuron, inputs);
        TVec output = TLanes.Load(bias + Canon.Lanes);
        TVec active = TLanes.And(TLanes.MarkPositive(zero, z, 1), TLanes.BroadcastWord(workspace.Margin[0] & 1));
        neurons.Mask = TLanes.SubtractWords(zero, active);
        neurons.Step = TLanes.Multiply(output, stepSize);
        neurons.Z = zero;
        TVec hiddenSum = TLanes.Multiply(z, TLanes.And(neurons.Mask, sign));
        TLanes.Store(bias + Canon.Lanes, TLanes.Fma(stepSize, hiddenSum, TLanes.Multiply(output, decay)));
        neurons.Z = Moved<TDecays>(bias, neurons, sign, decay);
        TLanes.Store(bias, neurons.Z);
    }

    /// <summary>
    /// Moves a row of weights, adds it to the sums, and goes to the next. Reading all registers before writing the first saves 1 % of a step (30,3,100,1
    /// on Zen 5).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MoveRow<TRegisters, TDecays>(
        ref Rows rows, in Neurons a, in Neurons b, in Neurons c, in Neurons d, TVec decay, float* sign, float* next, ref Sums sums)
        where TRegisters : struct, ICount
        where TDecays : struct, IFlag
    {
        TVec y = TLanes.Broadcast(*sign);
        TVec newA = Moved<TDecays>(rows.A, a, y, decay);
        TVec newB = TRegisters.Value > 1 ? Moved<TDecays>(rows.B, b, y, decay) : newA;
        TVec newC = TRegisters.Value > 2 ? Moved<TDecays>(rows.C, c, y, decay) : newA;
        TVec newD = TRegisters.Value > 3 ? Moved<TDecays>(rows.D, d, y, decay) : newA;
        TVec x = TLanes.Broadcast(*next);
        sums.A = Store(ref rows.A, newA, x, sums.A);
        if (TRegisters.Value > 1)
            sums.B = Store(ref rows.B, newB, x, sums.B);

        if (TRegisters.Value > 2)
            sums.C = Store(ref rows.C, newC, x, sums.C);

        if (TRegisters.Value > 3)
            sums.D = Store(ref rows.D, newD, x, sums.D);
    }

    /// <summary>fma(G, s·u, w·d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Moved<TDecays>(float* weights, in Neurons neurons, TVec sign, TVec decay)
        where TDecays : struct, IFlag =>
        TLanes.Fma(
            TLanes.And(sign, neurons.Mask),
            neurons.Step,
            TDecays.Value ? TLanes.Multiply(TLanes.Load(weights), decay) : TLanes.Load(weights));

    /// <summary>Stores weights and goes to the next row.</summary>
    /// <returns>The sum with their product with x, which is exact: a multiply-add gives the bits of an addition.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Store(ref float* row, TVec weights, TVec x, TVec sum)
    {
        TLanes.Store(row, weights);
        row += Canon.Lanes;
        return TLanes.Fma(weights, x, sum);
    }

    /// <summary>Adds neurons to the next sample's lane sums, if there is one.</summary>
    /// <returns>Whether the neurons' output weights are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AddOutputs(float* weights, in CountingWorkspace workspace, int inputs, in PassPlan plan, int first, int end)
    {
        long stride = FirstLayerLayout.Rows(inputs) * Canon.Lanes;
        bool adds = plan.DirectSamples > 0;
        bool starts = plan.Starts(first / Canon.Lanes);
        TVec zero = TLanes.Broadcast(0f);
        TVec trouble = zero;
        for (int lane = 0; lane < Canon.Lanes; lane += TLanes.Count)
        {
            float* output = weights + FirstLayerLayout.Index(inputs, first + lane, inputs + 1);
            float* sums = workspace.SumsOf(first / Canon.Lanes, plan) + lane;
            TVec sum = starts ? zero : TLanes.Load(sums);
            for (int neuron = first + lane; neuron < end; neuron += Canon.Lanes, output += stride)
            {
                TVec u = TLanes.Load(output);
                TVec hidden = TLanes.Relu(TLanes.Load(workspace.Active + neuron));
                trouble = TLanes.Or(trouble, TLanes.Multiply(u, zero));
                if (!plan.Apart)
                {
                    sum = TLanes.Fma(u, hidden, sum);
                }
                else if (adds)
                {
                    TLanes.Store(sums, hidden);
                    sums += Canon.Lanes;
                }
            }

            if (adds && !plan.Apart)
                TLanes.Store(sums, sum);
        }

        return !TLanes.AnyNaN(trouble);
    }

    /// <summary>A register of neurons.</summary>
    private struct Neurons
    {
        /// <summary>All ones in the lanes of neurons that are active on the sample if it lies inside the margin.</summary>
        public TVec Mask;

        /// <summary>s·u.</summary>
        public TVec Step;

        /// <summary>z of the next sample.</summary>
        public TVec Z;
    }

    /// <summary>Where up to four registers' weights of a row lie.</summary>
    private struct Rows
    {
        public float* A;
        public float* B;
        public float* C;
        public float* D;
    }

    /// <summary>What a group of inputs adds to z of up to four registers.</summary>
    private struct Sums
    {
        public TVec A;
        public TVec B;
        public TVec C;
        public TVec D;
    }
}
