using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Sums of terms over the tokens of 32 samples, and the way back, by a group of threads (NUMERICS.md, transformer).</summary>
internal static class TokenSums
{
    private const int Samples = Canon.WordSamples;

    /// <summary>Numerators and denominators of the window's samples; a column and eight samples a thread.</summary>
    public static void Add(GeneralSlot run, AttentionScratch scratch)
    {
        int n = run.Shape.Inputs;
        int columns = AttentionLayout.SumColumns(run.Shape);
        long minus = (n + 1L) * columns;
        var window = run.Scratch.Window.Cast<WordQuad>();
        for (int index = run.Thread.Index; index < columns * GroupThread.Teams; index += run.Thread.Count)
        {
            int team = index / columns;
            int column = index - (team * columns);
            int first = team * GroupThread.TeamSamples;
            if (IsUsed(run.Shape, column))
            {
                var sums = EightSums.Of(scratch.Terms[((long)n * columns) + column]);
                for (int i = 0; i < n; i += Canon.Group)
                {
                    var bits = window[i / Canon.Group];
                    var terms = scratch.Terms.SubView(((long)i * columns) + column);
                    var positive = Four(terms, 0, columns, n - i);
                    var negative = Four(terms, minus, columns, n - i);
                    sums.Low.X += Chosen(bits, first, positive, negative);
                    sums.Low.Y += Chosen(bits, first + 1, positive, negative);
                    sums.Low.Z += Chosen(bits, first + 2, positive, negative);
                    sums.Low.W += Chosen(bits, first + 3, positive, negative);
                    sums.High.X += Chosen(bits, first + 4, positive, negative);
                    sums.High.Y += Chosen(bits, first + 5, positive, negative);
                    sums.High.Z += Chosen(bits, first + 6, positive, negative);
                    sums.High.W += Chosen(bits, first + 7, positive, negative);
                }

                EightSums.Store(
                    scratch.Sums.SubView((column * Samples) + first, GroupThread.TeamSamples).Cast<FloatQuad>(), sums);
            }
        }
    }

    /// <summary>
    /// Adds −∂ℓ/∂term, d of the samples being in the scratch's sums, or starts with it; the two tokens of an input, or the class token, and
    /// a column a thread.
    /// </summary>
    public static void AddGradients(GeneralSlot run, AttentionScratch scratch, int count, bool start)
    {
        int n = run.Shape.Inputs;
        int columns = AttentionLayout.SumColumns(run.Shape);
        int quads = (count + 3) / 4;
        for (int index = run.Thread.Index; index < (n + 1) * columns; index += run.Thread.Count)
        {
            int input = index / columns;
            int column = index - (input * columns);
            if (IsUsed(run.Shape, column))
            {
                // The class token is every sample's, as if it were an input that is always +1.
                bool isInput = input < n;
                uint bits = isInput ? run.Scratch.Window[input] : 0u;
                long other = isInput ? index + ((n + 1L) * columns) : index;
                float positive = start ? 0f : scratch.TermGradients[index];
                float negative = start ? 0f : scratch.TermGradients[other];
                var descents = scratch.Sums.SubView(column * Samples, Samples).Cast<FloatQuad>();
                for (int quad = 0; quad < quads; quad++, bits >>= 4)
                {
                    var d = descents[quad];
                    positive += ((Where(bits, 0, d.X) + Where(bits, 1, d.Y)) + Where(bits, 2, d.Z)) + Where(bits, 3, d.W);
                    negative += ((Where(~bits, 0, d.X) + Where(~bits, 1, d.Y)) + Where(~bits, 2, d.Z)) + Where(~bits, 3, d.W);
                }

                scratch.TermGradients[other] = negative;
                scratch.TermGradients[index] = positive;
            }
        }
    }

    /// <summary>Whether a column is an entry or a head, not what fills their last blocks.</summary>
    private static bool IsUsed(LaunchShape shape, int column)
    {
        int entries = AttentionLayout.PaddedEntries(shape);
        return column < AttentionLayout.Entries(shape) || (column >= entries && column < entries + shape.Heads);
    }

    /// <summary>Terms of four inputs, the first <paramref name="inputs"/> of which there are; the others +0.</summary>
    private static FloatQuad Four(ArrayView<float> terms, long at, int stride, int inputs) => new()
    {
        X = terms[at],
        Y = inputs > 1 ? terms[at + stride] : 0f,
        Z = inputs > 2 ? terms[at + (2L * stride)] : 0f,
        W = inputs > 3 ? terms[at + (3L * stride)] : 0f,
    };

    /// <summary>The sum of a sample's four terms, chosen by the signs of its inputs.</summary>
    private static float Chosen(WordQuad bits, int sample, FloatQuad positive, FloatQuad negative) =>
        ((Either(bits.W0, sample, positive.X, negative.X) + Either(bits.W1, sample, positive.Y, negative.Y))
            + Either(bits.W2, sample, positive.Z, negative.Z))
        + Either(bits.W3, sample, positive.W, negative.W);

    private static float Either(uint word, int sample, float whenClear, float whenSet) =>
        ((word >> sample) & 1) == 0 ? whenClear : whenSet;

    /// <summary><paramref name="value"/> where the bit is 0, else +0.</summary>
    private static float Where(uint word, int sample, float value) => Either(word, sample, value, 0f);
}
