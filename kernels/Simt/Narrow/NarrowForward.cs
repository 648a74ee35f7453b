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
    public static void Pass<TValues, TColumns>(NarrowSlot run, ulong first, int count, bool judging)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        int sample = run.Thread.Index;
        var memory = run.Scratch;
        var z = AffineLayer<TValues, TColumns>(run, sample);
        uint label = NarrowSamples.Labels(run, sample >> 5) >> (sample & (Canon.WordSamples - 1));
        uint trained = label;
        if (!judging && run.Settings.Noise != 0)
            trained ^= NarrowSamples.Flip(run, first + (ulong)sample);

        bool exists = sample < count;
        var output = TColumns.Evaluate(run, z, sample, exists, CountingForward.Sign(trained, 0));
        TColumns.StoreDescents(memory, output.D, sample, exists);
        uint right = CountingForward.Sign(label, 0) * output.F > 0f ? 1u : 0u;
        memory.Bytes[(NarrowMemory.Wrong * 16) + sample] = (byte)(exists ? right ^ 1u : 0u);
    }

    /// <summary>Errors of the pass.</summary>
    public static int Errors(NarrowSlot run)
    {
        var wrong = run.Scratch.WordQuads.SubView(NarrowMemory.Wrong, NarrowMemory.WrongQuads);
        uint bytes = Sum(wrong[0]) + Sum(wrong[1]) + Sum(wrong[2]) + Sum(wrong[3]) + Sum(wrong[4]) + Sum(wrong[5]) + Sum(wrong[6]) + Sum(wrong[7]);
        return (int)((bytes * 0x01010101) >> 24);
    }

    /// <summary>σ and σ′ of a hidden unit.</summary>
    public static Evaluated<float> Activate(NarrowSlot run, float z) =>
        Activations<float, DeviceArithmetic>.Of(run.Shape, z, run.Settings.Degree, new CoefficientView(run.Coefficients));

    /// <summary>Writes the value of a hidden unit, which the gradient of its output weight reads.</summary>
    public static void StoreValue(NarrowMemory memory, int column, int sample, float value) =>
        memory.Floats[((NarrowMemory.Values + (column * NarrowMemory.SampleQuads)) * 4) + sample] = value;

    /// <summary>g of a sample, which is also written for the gradients of the output layer: +0 if the sample does not exist, and 1 for the bias.</summary>
    public static float OutputDescent(NarrowSlot run, float y, float f, int sample, bool exists)
    {
        float g = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
        run.Scratch.Floats[(NarrowMemory.OutputDescents * 4) + sample] = exists ? g : 0f;
        StoreValue(run.Scratch, NarrowMemory.Columns, sample, 1f);
        return g;
    }

    private static uint Sum(WordQuad words) => (words.W0 + words.W1) + (words.W2 + words.W3);

    /// <summary>z of the columns, by four groups of inputs at a time.</summary>
    private static TValues AffineLayer<TValues, TColumns>(NarrowSlot run, int sample)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        const int Table = NarrowMemory.TableEntries;
        int at = NarrowMemory.Entries + ((((sample >> 5) * 4) + (sample & 3)) * (NarrowMemory.MostGroups / 4));
        int shift = sample & (Canon.WordSamples - 4);
        var z = TColumns.Row(run, run.Shape.Inputs);
        int table = 0;
        int groups = Canon.Groups(run.Shape.Inputs);
        for (; groups >= 4; groups -= 4, table += 4 * Table, at++)
        {
            var entries = run.Scratch.WordQuads[at];
            z = NarrowTables.Add<TValues, TColumns>(run, z, table, entries.W0 >> shift);
            z = NarrowTables.Add<TValues, TColumns>(run, z, table + Table, entries.W1 >> shift);
            z = NarrowTables.Add<TValues, TColumns>(run, z, table + (2 * Table), entries.W2 >> shift);
            z = NarrowTables.Add<TValues, TColumns>(run, z, table + (3 * Table), entries.W3 >> shift);
        }

        for (at *= 4; groups > 0; groups--, table += Table, at++)
            z = NarrowTables.Add<TValues, TColumns>(run, z, table, run.Scratch.Words[at] >> shift);

        return z;
    }
}
