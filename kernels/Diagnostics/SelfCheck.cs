using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Small kernels that show a device's arithmetic, for <c>parity verify</c>. One thread per item.</summary>
public static class SelfCheck
{
    /// <summary>Philox outputs [items][4] of counters and keys [items][6].</summary>
    public static void Generate(Index1D item, ArrayView<uint> inputs, ArrayView<uint> outputs)
    {
        int first = 6 * item;
        outputs.Cast<WordQuad>()[item] = Philox.Generate(
            inputs[first], inputs[first + 1], inputs[first + 2], inputs[first + 3], inputs[first + 4], inputs[first + 5]);
    }

    /// <summary>a·b + c of [items][3], with one rounding.</summary>
    public static void Fuse(Index1D item, ArrayView<float> inputs, ArrayView<float> outputs) =>
        outputs[item] = ExactMath.Fma(inputs[3 * item], inputs[(3 * item) + 1], inputs[(3 * item) + 2]);

    /// <summary>Label words of the first <paramref name="degree"/> inputs, for stream words 0, 1, … of a seed.</summary>
    public static void Label(Index1D word, ulong seed, int degree, ArrayView<uint> labels) =>
        labels[word] = Labels.Of(new RunSettings { Degree = degree }, new StreamInputs(seed, (ulong)(int)word));

    /// <summary>The first inputs of a stream word.</summary>
    private readonly struct StreamInputs(ulong seed, ulong word) : IRelevantInputs
    {
        public uint Word(int q) => RandomStreams.SampleWord(seed, word, (uint)q / Canon.Group).Word(q % Canon.Group);
    }
}
