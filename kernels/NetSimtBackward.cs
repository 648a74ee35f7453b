using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>The backward pass of 32 samples, and their part of the gradients.</summary>
internal static class NetSimtBackward
{
    private const int Samples = MlpLayout.WordSamples;
    private const int SampleQuads = Samples / 4;

    /// <summary>
    /// d = −∂ℓ/∂z of the hidden layers from the one the output reads down to <paramref name="lowest"/>. All threads call this
    /// together, after the forward pass.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="lowest">Lowest hidden layer wanted; above <paramref name="last"/> for none.</param>
    /// <param name="count">Samples of the word that exist; d of the others is +0 and adds nothing to a sum.</param>
    public static void Pass(NetSimtRun run, NetSimtMemory memory, int last, int lowest, int count)
    {
        if (lowest <= last)
        {
            if (run.IsProduct)
                Factors(run, memory, count);
            else
                Output(run, memory, last, count);
        }

        GroupSync.Barrier();
        for (int layer = last - 1; layer >= 0; layer--)
        {
            if (layer >= lowest)
                Dense(run, layer, count);

            GroupSync.Barrier();
        }
    }

    /// <summary>
    /// Adds the gradients of the first layer, of a word of a batch or of all inputs. All threads call this together.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group; still with the forward pass's signs.</param>
    /// <param name="wanted">Whether the first layer's gradients are wanted.</param>
    /// <param name="start">Whether the sums start here.</param>
    public static void AddAffine(NetSimtRun run, NetSimtMemory memory, bool wanted, bool start)
    {
        int turns = NetSimtForward.Turns(run);
        for (int turn = 0; turn < turns; turn++)
        {
            int from = turn * ForwardMemory.Inputs;
            if (wanted && turns > 1)
                MlpSimtForward.ExpandSigns(run.Thread, run.Shape, memory.Forward, run.Scratch.Window, from);

            GroupSync.Barrier();
            if (wanted)
                AddWeights(run, memory, from, start);

            GroupSync.Barrier();
        }

        if (wanted)
            AddBiases(run, start);
    }

    /// <summary>Adds the gradients of the layers above the first and of the output layer.</summary>
    public static void AddOthers(NetSimtRun run, NetSimtMemory memory, int last, int lowest, bool start, int count)
    {
        for (int layer = Math.Max(lowest, 1); layer <= last; layer++)
            AddDense(run, layer, start, count);

        if (run.TrainsOutput)
            AddOutput(run, memory, last, start, count);
    }

    private static void Output(NetSimtRun run, NetSimtMemory memory, int last, int count)
    {
        var slopes = run.Scratch.Slopes.SubView(run.Unit(last, 0), (long)NetLayout.PaddedWidth(run.Shape) * Samples);
        for (int index = run.Thread.Index; index < run.Shape.Width * Samples; index += run.Thread.Count)
        {
            int sample = index % Samples;
            float d = (memory.Descents[sample] * run.OutputWeight(index / Samples)) * slopes[index];
            slopes[index] = sample < count ? d : 0f;
        }
    }

    /// <summary>g·(p_j·q_{j+1}) from the last column down.</summary>
    private static void Factors(NetSimtRun run, NetSimtMemory memory, int count)
    {
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float g = memory.Descents[sample];
            float q = 1f;
            for (int j = run.Shape.Width - 1; j >= 0; j--)
            {
                long at = run.Unit(0, j) + sample;
                float d = g * (run.Scratch.Slopes[at] * q);
                q *= run.Scratch.Values[at];
                run.Scratch.Slopes[at] = sample < count ? d : 0f;
            }
        }
    }

    /// <summary>(Σ_j d_bj·w_ij)·(2·z_bi) for the units i of <paramref name="layer"/>.</summary>
    private static void Dense(NetSimtRun run, int layer, int count)
    {
        int width = run.Shape.Width;
        int padded = NetLayout.PaddedWidth(run.Shape);
        var weights = run.Floats.SubView(NetLayout.Dense(run.Shape, layer + 2), NetLayout.DenseFloats(run.Shape));
        var above = run.Scratch.Slopes.SubView(run.Unit(layer + 1, 0), (long)padded * Samples);
        long start = run.Unit(layer, 0);
        for (int index = run.Thread.Index; index < width * Samples; index += run.Thread.Count)
        {
            int i = index / Samples;
            int sample = index % Samples;
            var row = weights.SubView((long)i * padded, padded);
            var sums = default(LaneSums);
            int j = 0;
            for (; j + MlpLayout.Lanes <= width; j += MlpLayout.Lanes)
                sums = LaneSums.Add(sums, above.SubView(((long)j * Samples) + sample), row.SubView(j));

            if (j < width)
                sums = LaneSums.AddBefore(sums, above.SubView(((long)j * Samples) + sample), row.SubView(j), width - j);

            float d = LaneSums.Tree(sums) * run.Scratch.Slopes[start + index];
            run.Scratch.Slopes[start + index] = sample < count ? d : 0f;
        }
    }

    /// <summary>G_ji of four inputs i and a unit j a thread, the expanded inputs from <paramref name="from"/> on.</summary>
    private static void AddWeights(NetSimtRun run, NetSimtMemory memory, int from, bool start)
    {
        int width = run.Shape.Width;
        int padded = NetLayout.PaddedWidth(run.Shape);
        int to = Math.Min(run.Shape.Inputs, from + ForwardMemory.Inputs);
        int items = MlpLayout.Groups(to - from) * padded;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            if (j < width)
            {
                int i = from + (group * MlpLayout.Group);
                long place = MlpLayout.Index(run.Shape.Inputs, j, i);
                float g0 = start ? 0f : run.Scratch.Gradients[place];
                float g1 = start || i + 1 >= to ? 0f : run.Scratch.Gradients[place + MlpLayout.Lanes];
                float g2 = start || i + 2 >= to ? 0f : run.Scratch.Gradients[place + (2 * MlpLayout.Lanes)];
                float g3 = start || i + 3 >= to ? 0f : run.Scratch.Gradients[place + (3 * MlpLayout.Lanes)];
                var slopes = run.Scratch.Slopes.SubView(run.Unit(0, j), Samples).Cast<FloatQuad>();
                for (int quad = 0; quad < SampleQuads; quad++)
                {
                    var d = slopes[quad];
                    var signs = memory.Forward.Signs.SubView((group * Samples) + (4 * quad), 4);
                    var a = signs[0];
                    var b = signs[1];
                    var c = signs[2];
                    var e = signs[3];
                    g0 += Canon.Fma(d.W, e.X, Canon.Fma(d.Z, c.X, Canon.Fma(d.Y, b.X, d.X * a.X)));
                    g1 += Canon.Fma(d.W, e.Y, Canon.Fma(d.Z, c.Y, Canon.Fma(d.Y, b.Y, d.X * a.Y)));
                    g2 += Canon.Fma(d.W, e.Z, Canon.Fma(d.Z, c.Z, Canon.Fma(d.Y, b.Z, d.X * a.Z)));
                    g3 += Canon.Fma(d.W, e.W, Canon.Fma(d.Z, c.W, Canon.Fma(d.Y, b.W, d.X * a.W)));
                }

                run.Scratch.Gradients[place] = g0;
                if (i + 1 < to)
                    run.Scratch.Gradients[place + MlpLayout.Lanes] = g1;

                if (i + 2 < to)
                    run.Scratch.Gradients[place + (2 * MlpLayout.Lanes)] = g2;

                if (i + 3 < to)
                    run.Scratch.Gradients[place + (3 * MlpLayout.Lanes)] = g3;
            }
        }
    }

    private static void AddBiases(NetSimtRun run, bool start)
    {
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            long place = MlpLayout.Index(run.Shape.Inputs, j, run.Shape.Inputs);
            float g = start ? 0f : run.Scratch.Gradients[place];
            var slopes = run.Scratch.Slopes.SubView(run.Unit(0, j), Samples).Cast<FloatQuad>();
            for (int quad = 0; quad < SampleQuads; quad++)
            {
                var d = slopes[quad];
                g += ((d.X + d.Y) + d.Z) + d.W;
            }

            run.Scratch.Gradients[place] = g;
        }
    }

    /// <summary>Σ_b h_bi·d_bj, and Σ_b d_bj for the bias, of hidden layer <paramref name="layer"/> ≥ 1.</summary>
    private static void AddDense(NetSimtRun run, int layer, bool start, int count)
    {
        int width = run.Shape.Width;
        int padded = NetLayout.PaddedWidth(run.Shape);
        long first = NetLayout.Dense(run.Shape, layer + 1);
        for (int index = run.Thread.Index; index < (width + 1) * padded; index += run.Thread.Count)
        {
            int i = index / padded;
            int j = index - (i * padded);
            if (j < width)
            {
                bool bias = i == width;
                long below = run.Unit(layer - 1, bias ? 0 : i);
                long above = run.Unit(layer, j);
                float sum = start ? 0f : run.Scratch.Gradients[first + index];
                for (int sample = 0; sample < count; sample++)
                    sum = Canon.Fma(bias ? 1f : run.Scratch.Values[below + sample], run.Scratch.Slopes[above + sample], sum);

                run.Scratch.Gradients[first + index] = sum;
            }
        }
    }

    /// <summary>Σ_b g_b·h_bj and, as unit r whose value is 1, Σ_b g_b.</summary>
    private static void AddOutput(NetSimtRun run, NetSimtMemory memory, int last, bool start, int count)
    {
        int n = run.FirstInputs;
        int width = run.Shape.Width;
        for (int j = run.Thread.Index; j <= width; j += run.Thread.Count)
        {
            bool bias = j == width;
            long place = bias ? MlpLayout.OutputBias(n, width) : MlpLayout.Index(n, j, n + 1);
            long values = run.Unit(last, bias ? 0 : j);
            float sum = start ? 0f : run.Scratch.Gradients[place];
            for (int sample = 0; sample < count; sample++)
                sum = Canon.Fma(memory.Descents[sample], bias ? 1f : run.Scratch.Values[values + sample], sum);

            run.Scratch.Gradients[place] = sum;
        }
    }
}

/// <summary>The 16 lanes of a canonical sum over units, in one thread.</summary>
internal struct LaneSums
{
    private float s0;
    private float s1;
    private float s2;
    private float s3;
    private float s4;
    private float s5;
    private float s6;
    private float s7;
    private float s8;
    private float s9;
    private float s10;
    private float s11;
    private float s12;
    private float s13;
    private float s14;
    private float s15;

    /// <summary>
    /// S_l ← fma(a_l, b_l, S_l) for 16 units.
    /// </summary>
    /// <param name="s">The sums.</param>
    /// <param name="a">One factor, a unit every 32 floats.</param>
    /// <param name="b">The other, a unit every float.</param>
    public static LaneSums Add(LaneSums s, ArrayView<float> a, ArrayView<float> b) => new()
    {
        s0 = Canon.Fma(a[0], b[0], s.s0),
        s1 = Canon.Fma(a[32], b[1], s.s1),
        s2 = Canon.Fma(a[64], b[2], s.s2),
        s3 = Canon.Fma(a[96], b[3], s.s3),
        s4 = Canon.Fma(a[128], b[4], s.s4),
        s5 = Canon.Fma(a[160], b[5], s.s5),
        s6 = Canon.Fma(a[192], b[6], s.s6),
        s7 = Canon.Fma(a[224], b[7], s.s7),
        s8 = Canon.Fma(a[256], b[8], s.s8),
        s9 = Canon.Fma(a[288], b[9], s.s9),
        s10 = Canon.Fma(a[320], b[10], s.s10),
        s11 = Canon.Fma(a[352], b[11], s.s11),
        s12 = Canon.Fma(a[384], b[12], s.s12),
        s13 = Canon.Fma(a[416], b[13], s.s13),
        s14 = Canon.Fma(a[448], b[14], s.s14),
        s15 = Canon.Fma(a[480], b[15], s.s15),
    };

    /// <summary>The same for factors that both lie one after the other.</summary>
    public static LaneSums AddBlocks(LaneSums s, ArrayView<float> a, ArrayView<float> b) => new()
    {
        s0 = Canon.Fma(a[0], b[0], s.s0),
        s1 = Canon.Fma(a[1], b[1], s.s1),
        s2 = Canon.Fma(a[2], b[2], s.s2),
        s3 = Canon.Fma(a[3], b[3], s.s3),
        s4 = Canon.Fma(a[4], b[4], s.s4),
        s5 = Canon.Fma(a[5], b[5], s.s5),
        s6 = Canon.Fma(a[6], b[6], s.s6),
        s7 = Canon.Fma(a[7], b[7], s.s7),
        s8 = Canon.Fma(a[8], b[8], s.s8),
        s9 = Canon.Fma(a[9], b[9], s.s9),
        s10 = Canon.Fma(a[10], b[10], s.s10),
        s11 = Canon.Fma(a[11], b[11], s.s11),
        s12 = Canon.Fma(a[12], b[12], s.s12),
        s13 = Canon.Fma(a[13], b[13], s.s13),
        s14 = Canon.Fma(a[14], b[14], s.s14),
        s15 = Canon.Fma(a[15], b[15], s.s15),
    };

    /// <summary>The same for the first <paramref name="units"/> &lt; 16 of the units; what the padding holds is not looked at.</summary>
    public static LaneSums AddBefore(LaneSums s, ArrayView<float> a, ArrayView<float> b, int units)
    {
        var all = Add(s, a, b);
        s.s0 = all.s0;
        s.s1 = units > 1 ? all.s1 : s.s1;
        s.s2 = units > 2 ? all.s2 : s.s2;
        s.s3 = units > 3 ? all.s3 : s.s3;
        s.s4 = units > 4 ? all.s4 : s.s4;
        s.s5 = units > 5 ? all.s5 : s.s5;
        s.s6 = units > 6 ? all.s6 : s.s6;
        s.s7 = units > 7 ? all.s7 : s.s7;
        s.s8 = units > 8 ? all.s8 : s.s8;
        s.s9 = units > 9 ? all.s9 : s.s9;
        s.s10 = units > 10 ? all.s10 : s.s10;
        s.s11 = units > 11 ? all.s11 : s.s11;
        s.s12 = units > 12 ? all.s12 : s.s12;
        s.s13 = units > 13 ? all.s13 : s.s13;
        s.s14 = units > 14 ? all.s14 : s.s14;
        return s;
    }

    /// <summary>The canon's halving tree.</summary>
    public static float Tree(LaneSums s) =>
        (((s.s0 + s.s8) + (s.s4 + s.s12)) + ((s.s2 + s.s10) + (s.s6 + s.s14)))
        + (((s.s1 + s.s9) + (s.s5 + s.s13)) + ((s.s3 + s.s11) + (s.s7 + s.s15)));
}
