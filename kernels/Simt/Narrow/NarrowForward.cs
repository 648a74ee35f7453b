using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass, and backward to d of the columns; a sample per thread.</summary>
internal static class NarrowForward
{
    /// <summary>
    /// Writes d and g of the thread's sample, the values of hidden units, and whether the sample is an error.
    /// </summary>
    /// <param name="run">The run; inputs, entries and tables of weights are complete.</param>
    /// <param name="first">Number of the pass's first training sample.</param>
    /// <param name="count">Samples of the pass that exist.</param>
    /// <param name="judging">Whether they are held out.</param>
    public static void Pass(NarrowSlot run, ulong first, int count, bool judging)
    {
        int sample = run.Thread.Index;
        var memory = run.Scratch;
        var z = AffineLayer(run, sample);
        uint label = NarrowSamples.Labels(run, sample >> 5) >> (sample & (Canon.WordSamples - 1));
        uint trained = label;
        if (!judging && run.Settings.Noise != 0)
            trained ^= NarrowSamples.Flip(run, first + (ulong)sample);

        bool exists = sample < count;
        float f;
        float g;
        var d = default(FloatQuad);
        float y = CountingForward.Sign(trained, 0);
        if (run.IsProduct)
        {
            float p2 = z.X * z.Y;
            float p3 = p2 * z.Z;
            int width = run.Shape.Width;
            f = width > 3 ? p3 * z.W : width == 3 ? p3 : width == 2 ? p2 : z.X;
            g = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
            float q2 = width > 3 ? z.W : 1f;
            float q1 = width > 2 ? q2 * z.Z : 1f;
            float q0 = width > 1 ? q1 * z.Y : 1f;
            d.X = g * q0;
            d.Y = g * (z.X * q1);
            d.Z = g * (p2 * q2);
            d.W = g * p3;
        }
        else
        {
            var outputs = QuadView.Of(run.Floats);
            int row = (run.Shape.Inputs + 1) * Canon.LaneQuads;
            var u = outputs[row];
            var slopes = Activate(run, z, sample, exists, u, out float sum);
            f = outputs[row + Canon.LaneQuads].X + sum;
            g = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
            d = QuadArithmetic.Multiply(Quad.Multiply(g, u), slopes);
            memory.Floats[(NarrowMemory.OutputDescents * 4) + sample] = exists ? g : 0f;
            memory.Floats[((NarrowMemory.Values + (NarrowMemory.Columns * NarrowMemory.SampleQuads)) * 4) + sample] = 1f;
        }

        const int Column = NarrowMemory.SampleQuads * 4;
        var descents = memory.Floats.SubView((NarrowMemory.Descents * 4) + sample, (3 * Column) + 1);
        descents[0] = exists ? d.X : 0f;
        descents[Column] = exists ? d.Y : 0f;
        descents[2 * Column] = exists ? d.Z : 0f;
        descents[3 * Column] = exists ? d.W : 0f;
        uint right = CountingForward.Sign(label, 0) * f > 0f ? 1u : 0u;
        memory.Bytes[(NarrowMemory.Wrong * 16) + sample] = (byte)(exists ? right ^ 1u : 0u);
    }

    /// <summary>Errors of the pass.</summary>
    public static int Errors(NarrowSlot run)
    {
        var wrong = run.Scratch.WordQuads.SubView(NarrowMemory.Wrong, NarrowMemory.WrongQuads);
        uint bytes = Sum(wrong[0]) + Sum(wrong[1]) + Sum(wrong[2]) + Sum(wrong[3]) + Sum(wrong[4]) + Sum(wrong[5]) + Sum(wrong[6]) + Sum(wrong[7]);
        return (int)((bytes * 0x01010101) >> 24);
    }

    private static uint Sum(WordQuad words) => (words.W0 + words.W1) + (words.W2 + words.W3);

    /// <summary>z of the columns, by four groups of inputs at a time.</summary>
    private static FloatQuad AffineLayer(NarrowSlot run, int sample)
    {
        const int Four = 4 * NarrowMemory.TableQuads;
        int at = NarrowMemory.Entries + ((((sample >> 5) * 4) + (sample & 3)) * (NarrowMemory.MostGroups / 4));
        int shift = sample & (Canon.WordSamples - 4);
        var z = QuadView.Of(run.Floats)[run.Shape.Inputs * Canon.LaneQuads];
        int table = NarrowMemory.Tables;
        int groups = Canon.Groups(run.Shape.Inputs);
        for (; groups >= 4; groups -= 4, table += Four, at++)
        {
            var entries = run.Scratch.WordQuads[at];
            z = QuadArithmetic.Add(z, NarrowTables.Entry(run, table, entries.W0 >> shift));
            z = QuadArithmetic.Add(z, NarrowTables.Entry(run, table + NarrowMemory.TableQuads, entries.W1 >> shift));
            z = QuadArithmetic.Add(z, NarrowTables.Entry(run, table + (2 * NarrowMemory.TableQuads), entries.W2 >> shift));
            z = QuadArithmetic.Add(z, NarrowTables.Entry(run, table + (3 * NarrowMemory.TableQuads), entries.W3 >> shift));
        }

        for (at *= 4; groups > 0; groups--, table += NarrowMemory.TableQuads, at++)
            z = QuadArithmetic.Add(z, NarrowTables.Entry(run, table, run.Scratch.Words[at] >> shift));

        return z;
    }

    /// <summary>
    /// σ and σ′ of the columns, one after the other so that their code exists once, and Σ_j u_j·h_j in the canon's tree, whose other lanes are +0.
    /// </summary>
    /// <returns>σ′.</returns>
    private static FloatQuad Activate(NarrowSlot run, FloatQuad z, int sample, bool exists, FloatQuad u, out float sum)
    {
        var slopes = default(FloatQuad);
        var products = default(FloatQuad);
        int at = (NarrowMemory.Values * 4) + sample;
        for (int j = 0; j < run.Shape.Width; j++)
        {
            float input = j == 0 ? z.X : j == 1 ? z.Y : j == 2 ? z.Z : z.W;
            float weight = j == 0 ? u.X : j == 1 ? u.Y : j == 2 ? u.Z : u.W;
            var unit = Activations<float, DeviceArithmetic>.Of(run.Shape, input, run.Settings.Degree, new CoefficientView(run.Coefficients));
            float product = ExactMath.Fma(weight, unit.Value, 0f);
            slopes = With(slopes, j, unit.Slope);
            products = With(products, j, product);
            run.Scratch.Floats[at] = exists ? unit.Value : 0f;
            at += NarrowMemory.SampleQuads * 4;
        }

        sum = (products.X + products.Z) + (products.Y + products.W);
        return slopes;
    }

    private static FloatQuad With(FloatQuad quad, int entry, float value) => new()
    {
        X = entry == 0 ? value : quad.X,
        Y = entry == 1 ? value : quad.Y,
        Z = entry == 2 ? value : quad.Z,
        W = entry == 3 ? value : quad.W,
    };
}
