using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Small kernels that show a device's arithmetic, for <c>parity verify</c>. One thread per item.</summary>
public static class SelfCheck
{
    /// <summary>Philox outputs [items][4] of counters and keys [items][6].</summary>
    public static void Generate(Index1D item, ArrayView<uint> inputs, ArrayView<uint> outputs)
    {
        int first = 6 * item;
        var block = Philox.Generate(
            inputs[first], inputs[first + 1], inputs[first + 2], inputs[first + 3], inputs[first + 4], inputs[first + 5]);
        outputs[4 * item] = block.W0;
        outputs[(4 * item) + 1] = block.W1;
        outputs[(4 * item) + 2] = block.W2;
        outputs[(4 * item) + 3] = block.W3;
    }

    /// <summary>a·b + c of [items][3], with one rounding.</summary>
    public static void Fuse(Index1D item, ArrayView<float> inputs, ArrayView<float> outputs) =>
        outputs[item] = ExactMath.Fma(inputs[3 * item], inputs[(3 * item) + 1], inputs[(3 * item) + 2]);

    /// <summary>Label words of the first <paramref name="degree"/> inputs, for stream words 0, 1, … of a seed.</summary>
    public static void Label(Index1D word, ulong seed, int degree, ArrayView<uint> labels)
    {
        uint label = 0;
        for (int first = 0; first < degree; first += Canon.Group)
        {
            var inputs = RandomStreams.SampleWord(seed, (ulong)(int)word, (uint)(first / Canon.Group));
            label ^= inputs.W0;
            label ^= first + 1 < degree ? inputs.W1 : 0;
            label ^= first + 2 < degree ? inputs.W2 : 0;
            label ^= first + 3 < degree ? inputs.W3 : 0;
        }

        labels[word] = label;
    }
}
