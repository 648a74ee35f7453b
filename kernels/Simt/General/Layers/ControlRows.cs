using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Control bits in the encoding 0 and 1, of which each sample has exactly one that is 1: its row of weights is added to z and d to its row of
/// gradients, instead of multiplying by every bit (<see cref="TaskLayout.FirstRow"/> says why the bits of the results are the same, and when).
/// </summary>
internal static class ControlRows
{
    private const int LaneQuads = Canon.LaneQuads;

    /// <summary>Inputs of the word that are multiplied by their weights; all threads read it between barriers.</summary>
    public static int Multiplied(GeneralSlot run, GeneralMemory memory) => run.HasTasks ? memory.Multiplied[0] : run.Shape.Inputs;

    /// <summary>Multiplies all inputs in the backward pass of the word if a unit's sum of d is not finite, as it is if a d is not.</summary>
    public static void CheckDescents(GeneralSlot run, GeneralMemory memory, float sum)
    {
        if (run.HasTasks && !CountingUpdate.IsFinite(sum))
            memory.Multiplied[0] = run.Shape.Inputs;
    }

    /// <summary>The weights of four units from the control bits of four samples, a row per unit; +0 where the bit is multiplied.</summary>
    /// <param name="units">Row 0 of the units' weights.</param>
    /// <param name="controls">The samples' control bits, as numbers of inputs.</param>
    /// <param name="multiplied">Inputs that are multiplied.</param>
    public static QuadTile Weights(ArrayView<FloatQuad> units, ArrayView<int> controls, int multiplied) => QuadTile.Transposed(new()
    {
        Row0 = Weights(units, controls[0], multiplied),
        Row1 = Weights(units, controls[1], multiplied),
        Row2 = Weights(units, controls[2], multiplied),
        Row3 = Weights(units, controls[3], multiplied),
    });

    /// <summary>The weights of four units from the control bit of one sample; +0 if it is multiplied.</summary>
    public static FloatQuad Weights(ArrayView<FloatQuad> units, int control, int multiplied) =>
        control >= multiplied ? units[control * LaneQuads] : default;

    /// <summary>Clears the gradients of the rows. All threads call this together.</summary>
    public static void Clear(GeneralSlot run)
    {
        int n = run.Shape.Inputs;
        int first = TaskLayout.FirstRow(run.Shape) * LaneQuads;
        int blocks = RunLayout.PaddedWidth(run.Shape) / Canon.Lanes;
        var gradients = QuadView.Of(run.Scratch.Gradients);
        for (int block = 0; block < blocks; block++)
        {
            int start = block * (n + 2) * LaneQuads;
            for (int quad = first + run.Thread.Index; quad < n * LaneQuads; quad += run.Thread.Count)
                gradients[start + quad] = default;
        }
    }

    /// <summary>Adds d of a word's samples to the gradients of their control bits' rows; four units per thread.</summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group, with the samples' control bits.</param>
    /// <param name="count">Samples of the word that exist; d of the others is +0.</param>
    public static void AddGradients(GeneralSlot run, GeneralMemory memory, int count)
    {
        int multiplied = memory.Multiplied[0];
        int quads = multiplied < run.Shape.Inputs ? (run.Shape.Width + 3) >> 2 : 0;
        int stride = RunLayout.PaddedWidth(run.Shape) >> 2;
        var gradients = QuadView.Of(run.Scratch.Gradients);
        var descents = QuadView.Of(run.Scratch.Descents).Cast<QuadTile>();
        for (int quad = run.Thread.Index; quad < quads; quad += run.Thread.Count)
        {
            var units = gradients.SubView(((quad >> 2) * (run.Shape.Inputs + 2) * LaneQuads) + (quad & 3));
            int at = quad;
            for (int sample = 0; sample < count; sample += Canon.Group)
            {
                AddGroup(units, memory.Controls.SubView(sample, Canon.Group), multiplied, QuadTile.Transposed(descents[at]));
                at += stride;
            }
        }
    }

    /// <summary>Adds a group of four samples, whose d are the rows of <paramref name="d"/>; those with the same control bit are added up first.</summary>
    private static void AddGroup(ArrayView<FloatQuad> units, ArrayView<int> controls, int multiplied, QuadTile d)
    {
        int a = controls[0];
        int b = controls[1];
        int c = controls[2];
        int e = controls[3];
        if (a >= multiplied)
            Add(units, a, SumIf(b == a, c == a, e == a, d.Row0, d));

        if (b >= multiplied && b != a)
            Add(units, b, SumIf(false, c == b, e == b, d.Row1, d));

        if (c >= multiplied && c != a && c != b)
            Add(units, c, SumIf(false, false, e == c, d.Row2, d));

        if (e >= multiplied && e != a && e != b && e != c)
            Add(units, e, d.Row3);
    }

    private static FloatQuad SumIf(bool second, bool third, bool fourth, FloatQuad sum, QuadTile d)
    {
        sum = second ? QuadArithmetic.Add(sum, d.Row1) : sum;
        sum = third ? QuadArithmetic.Add(sum, d.Row2) : sum;
        return fourth ? QuadArithmetic.Add(sum, d.Row3) : sum;
    }

    private static void Add(ArrayView<FloatQuad> units, int control, FloatQuad sum) =>
        units[control * LaneQuads] = QuadArithmetic.Add(units[control * LaneQuads], sum);
}
