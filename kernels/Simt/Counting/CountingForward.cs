using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass of 32 samples by a group of threads.</summary>
internal static class CountingForward
{
    /// <summary>
    /// Classifies the samples of a window word. All threads get the verdict; those after the last valid sample are no
    /// errors and outside the margin. Afterwards the word is XORed with its labels (NUMERICS.md: P_i = Y ^ X_i).
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="word">Window word to read, and active word to write: per neuron, the samples on which it is active.</param>
    /// <param name="valid">The samples that exist.</param>
    public static WordVerdict Classify(CountingSlot run, ForwardMemory memory, int word, uint valid)
    {
        var window = run.Scratch.Window(word);
        var thread = run.Thread;
        int pairs = GroupThread.Pairs(run.Shape.Width);
        int chunks = (run.Shape.Inputs + ForwardMemory.Inputs - 1) / ForwardMemory.Inputs;
        bool needed = valid >> (thread.Team * GroupThread.TeamSamples) != 0;
        var teams = run.Scratch.Active(word).Cast<byte>();
        if (thread.Index == 0)
            memory.Words[2 * ForwardMemory.Finishers] = Labels.Of(run.Settings, new RelevantInputs(window, run.Subset));

        for (int firstPair = 0; firstPair < pairs; firstPair += thread.Parts)
        {
            int block = 2 * (firstPair + thread.Part);
            int blocks = needed ? Math.Min(Canon.Blocks(run.Shape.Width) - block, 2) : 0;
            var first = EightSums.Of(blocks > 0 ? run.Block(block)[Row(run.Shape.Inputs, thread.Lane)] : 0f);
            var second = EightSums.Of(blocks > 1 ? run.Block(block + 1)[Row(run.Shape.Inputs, thread.Lane)] : 0f);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                int from = chunk * ForwardMemory.Inputs;
                if (chunks > 1 || firstPair == 0)
                    ExpandSigns(thread, run.Shape, memory, window, from);

                GroupBarrier.Barrier();
                int to = Math.Min(run.Shape.Inputs, from + ForwardMemory.Inputs);
                int at = thread.Team * GroupThread.TeamSamples;
                int i = from;
                if (blocks > 1)
                {
                    var a = run.Block(block);
                    var b = run.Block(block + 1);
                    for (; i + Canon.Group <= to; i += Canon.Group, at += Canon.WordSamples)
                    {
                        var u = Weights(a, Row(i, thread.Lane));
                        var v = Weights(b, Row(i, thread.Lane));
                        var signs = memory.Signs.SubView(at, GroupThread.TeamSamples);
                        var x = signs[0];
                        first.Low.X += Signed(u, x);
                        second.Low.X += Signed(v, x);
                        x = signs[1];
                        first.Low.Y += Signed(u, x);
                        second.Low.Y += Signed(v, x);
                        x = signs[2];
                        first.Low.Z += Signed(u, x);
                        second.Low.Z += Signed(v, x);
                        x = signs[3];
                        first.Low.W += Signed(u, x);
                        second.Low.W += Signed(v, x);
                        x = signs[4];
                        first.High.X += Signed(u, x);
                        second.High.X += Signed(v, x);
                        x = signs[5];
                        first.High.Y += Signed(u, x);
                        second.High.Y += Signed(v, x);
                        x = signs[6];
                        first.High.Z += Signed(u, x);
                        second.High.Z += Signed(v, x);
                        x = signs[7];
                        first.High.W += Signed(u, x);
                        second.High.W += Signed(v, x);
                    }

                    if (i < to)
                        second = Add(second, memory.Signs, at, WeightsBefore(b, i, to, thread.Lane));
                }
                else if (blocks > 0)
                {
                    var a = run.Block(block);
                    for (; i + Canon.Group <= to; i += Canon.Group, at += Canon.WordSamples)
                        first = Add(first, memory.Signs, at, Weights(a, Row(i, thread.Lane)));
                }

                if (blocks > 0 && i < to)
                    first = Add(first, memory.Signs, at, WeightsBefore(run.Block(block), i, to, thread.Lane));

                GroupBarrier.Barrier();
            }

            // The lane sums run through the blocks in order, so the parts take turns.
            for (int turn = 0; turn < thread.Parts; turn++)
            {
                if (turn == thread.Part && blocks > 0)
                {
                    float u = run.Block(block)[Row(run.Shape.Inputs + 1, thread.Lane)];
                    float v = blocks > 1 ? run.Block(block + 1)[Row(run.Shape.Inputs + 1, thread.Lane)] : 0f;
                    AddOutputs(run, memory, block == 0, first, u, second, v);
                }

                GroupBarrier.Barrier();
            }

            if (blocks > 0)
                teams[TeamByte(block, thread)] = (byte)EightSums.Positive(first);

            if (blocks > 1)
                teams[TeamByte(block + 1, thread)] = (byte)EightSums.Positive(second);
        }

        Finish(run, memory, valid);
        uint labels = memory.Words[2 * ForwardMemory.Finishers];
        for (int i = thread.Index; i < run.Shape.Inputs; i += thread.Count)
            window[i] ^= labels;

        if (thread.Index == 0)
            window[run.Shape.Inputs] = labels;

        GroupBarrier.Barrier();
        var words = memory.Words;
        return new WordVerdict
        {
            Errors = words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7],
            InsideMargin =
                words[8] | words[9] | words[10] | words[11] | words[12] | words[13] | words[14] | words[15],
            Labels = labels,
        };
    }

    /// <summary>Offset of a row's weight in a block's rows.</summary>
    public static long Row(int row, int lane) => ((long)row * Canon.Lanes) + lane;

    /// <summary>A team's samples are one byte of a neuron's active word (all devices are little-endian).</summary>
    private static long TeamByte(int block, GroupThread thread) =>
        ((((long)block * Canon.Lanes) + thread.Lane) * GroupThread.Teams) + thread.Team;

    /// <summary>Bits of the window to ±1, for as many inputs as shared memory holds.</summary>
    private static void ExpandSigns(GroupThread thread, LaunchShape shape, ForwardMemory memory, ArrayView<uint> window, int from)
    {
        var quads = window.Cast<WordQuad>();
        int groups = Canon.Groups(Math.Min(shape.Inputs - from, ForwardMemory.Inputs));
        for (int index = thread.Index; index < groups * Canon.WordSamples; index += thread.Count)
        {
            int sample = index % Canon.WordSamples;
            var bits = quads[(from / Canon.Group) + (index / Canon.WordSamples)];
            memory.Signs[index] = new FloatQuad
            {
                X = Sign(bits.W0, sample),
                Y = Sign(bits.W1, sample),
                Z = Sign(bits.W2, sample),
                W = Sign(bits.W3, sample),
            };
        }
    }

    /// <summary>±1 from a sample's bit.</summary>
    public static float Sign(uint word, int sample) => Interop.IntAsFloat(0x3F800000u | ((word >> sample) << 31));

    /// <summary>The weights of a group of four inputs, from the offset of the first one's row on.</summary>
    private static FloatQuad Weights(ArrayView<float> block, long row)
    {
        var rows = block.SubView(row, (3 * Canon.Lanes) + 1);
        return new FloatQuad
        {
            X = rows[0],
            Y = rows[Canon.Lanes],
            Z = rows[2 * Canon.Lanes],
            W = rows[3 * Canon.Lanes],
        };
    }

    /// <summary>The weights of a last group of one to three inputs; those missing count as 0 and change no sum.</summary>
    private static FloatQuad WeightsBefore(ArrayView<float> block, int row, int end, int lane) => new()
    {
        X = block[Row(row, lane)],
        Y = row + 1 < end ? block[Row(row + 1, lane)] : 0f,
        Z = row + 2 < end ? block[Row(row + 2, lane)] : 0f,
    };

    /// <summary>s_g of NUMERICS.md for one sample.</summary>
    private static float Signed(FloatQuad w, FloatQuad x) => Quad.Inner(w, x);

    /// <summary>z + s_g for eight samples, whose signs start at <paramref name="at"/>.</summary>
    private static EightSums Add(EightSums z, ArrayView<FloatQuad> signs, int at, FloatQuad w)
    {
        // Constant offsets into a view become part of the load instructions.
        var x = signs.SubView(at, GroupThread.TeamSamples);
        z.Low.X += Signed(w, x[0]);
        z.Low.Y += Signed(w, x[1]);
        z.Low.Z += Signed(w, x[2]);
        z.Low.W += Signed(w, x[3]);
        z.High.X += Signed(w, x[4]);
        z.High.Y += Signed(w, x[5]);
        z.High.Z += Signed(w, x[6]);
        z.High.W += Signed(w, x[7]);
        return z;
    }

    /// <summary>S_l ← fma(u_j, h_bj, S_l) for a thread's one or two neurons and eight samples.</summary>
    private static void AddOutputs(
        CountingSlot run, ForwardMemory memory, bool start, EightSums first, float u, EightSums second, float v)
    {
        var sums = memory.Sums;
        int at = ForwardMemory.Sum(run.Thread.Team * GroupThread.TeamSamples, run.Thread.Lane);
        AddOutputs(sums, at, start, first.Low.X, u, second.Low.X, v);
        AddOutputs(sums, at + ForwardMemory.SumStride, start, first.Low.Y, u, second.Low.Y, v);
        AddOutputs(sums, at + (2 * ForwardMemory.SumStride), start, first.Low.Z, u, second.Low.Z, v);
        AddOutputs(sums, at + (3 * ForwardMemory.SumStride), start, first.Low.W, u, second.Low.W, v);
        AddOutputs(sums, at + (4 * ForwardMemory.SumStride), start, first.High.X, u, second.High.X, v);
        AddOutputs(sums, at + (5 * ForwardMemory.SumStride), start, first.High.Y, u, second.High.Y, v);
        AddOutputs(sums, at + (6 * ForwardMemory.SumStride), start, first.High.Z, u, second.High.Z, v);
        AddOutputs(sums, at + (7 * ForwardMemory.SumStride), start, first.High.W, u, second.High.W, v);
    }

    private static void AddOutputs(
        ArrayView<float> sums, int at, bool start, float first, float u, float second, float v)
    {
        float sum = start ? 0f : sums[at];
        sum = ExactMath.Fma(u, first > 0f ? first : 0f, sum);
        sums[at] = ExactMath.Fma(v, second > 0f ? second : 0f, sum);
    }

    /// <summary>Lane sums to outputs to error and margin bits, by a few threads with four samples each.</summary>
    private static void Finish(CountingSlot run, ForwardMemory memory, uint valid)
    {
        if (run.Thread.Index >= ForwardMemory.Finishers)
            return;

        float outputBias = run.Floats[run.OutputBias];
        uint labels = memory.Words[2 * ForwardMemory.Finishers];
        uint errors = 0;
        uint inside = 0;
        for (int sample = 4 * run.Thread.Index; sample < (4 * run.Thread.Index) + 4; sample++)
        {
            float f = outputBias + TreeSum(memory.Sums, ForwardMemory.Sum(sample, 0));
            float margin = Interop.IntAsFloat(Interop.FloatAsInt(f) ^ ((labels >> sample) << 31));
            errors |= ((margin > 0f ? 1u : 0u) ^ 1u) << sample;
            inside |= (margin < 1f ? 1u : 0u) << sample;
        }

        memory.Words[run.Thread.Index] = errors & valid;
        memory.Words[ForwardMemory.Finishers + run.Thread.Index] = inside & valid;
    }

    /// <summary>The 16 lane sums from <paramref name="at"/> on, in the canon's halving tree.</summary>
    public static float TreeSum(ArrayView<float> sums, int at) =>
        (EveryFourth(sums, at) + EveryFourth(sums, at + 2)) + (EveryFourth(sums, at + 1) + EveryFourth(sums, at + 3));

    private static float EveryFourth(ArrayView<float> sums, int at) => (sums[at] + sums[at + 8]) + (sums[at + 4] + sums[at + 12]);
}
