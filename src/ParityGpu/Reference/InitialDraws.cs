using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>The canonical initial parameters of a run, floats converted to double (kernels/NUMERICS.md, random words, sparse rows).</summary>
internal sealed class InitialDraws(Point point, long seed)
{
    private readonly RunSettings settings = RunPlan.Settings(point, seed);

    /// <summary>The row of weights of column <paramref name="j"/> of the first layer.</summary>
    public double[] Row(int j)
    {
        double[] row = new double[point.Inputs];
        if (point.Init == Init.Sparse)
        {
            DrawSparse(row, j);
            return row;
        }

        for (int i = 0; i < point.Inputs; i++)
            row[i] = DrawWeight(RandomStreams.HiddenWeightDraws(settings.InitialSeed, (uint)j, (uint)(i / 4)).Word(i % 4));

        return row;
    }

    /// <summary>The bias of column <paramref name="j"/> of the first layer.</summary>
    public double Bias(int j) => DrawBias(settings.HiddenScale, RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)j).W0);

    /// <summary>u_j.</summary>
    public double OutputWeight(int j)
    {
        WordQuad draws = RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)j);
        return point.Output == OutputLayer.Fixed ? 1 : DrawOutput(draws.W1, draws.W2);
    }

    /// <summary>c.</summary>
    public double OutputBias()
    {
        WordQuad draws = RandomStreams.OutputBiasDraw(settings.InitialSeed);
        return point.Output == OutputLayer.Fixed || point.Biases == InitialBiases.Zero ? 0 : DrawOutput(draws.W0, draws.W1);
    }

    /// <summary>The weight from unit <paramref name="i"/> to unit <paramref name="j"/> of hidden layer <paramref name="layer"/> ≥ 2.</summary>
    public double InnerWeight(int layer, int i, int j) =>
        Draw(settings.InnerScale, RandomStreams.InnerWeightDraws(settings.InitialSeed, layer, (uint)j, (uint)(i / 4)).Word(i % 4));

    /// <summary>The bias of unit <paramref name="j"/> of hidden layer <paramref name="layer"/> ≥ 2.</summary>
    public double InnerBias(int layer, int j) =>
        DrawBias(settings.InnerScale, RandomStreams.InnerBiasDraw(settings.InitialSeed, layer, (uint)j).W0);

    /// <summary>A weight from an input.</summary>
    private double DrawWeight(uint word) => Initialisation.Draw(settings.RowDistribution, settings.RowScale, word);

    /// <summary>A parameter of the output layer, rounded as in the kernels; with two logits, the difference of two draws.</summary>
    private double DrawOutput(uint word, uint second) =>
        point.Logits == 2 ? (float)(Draw(settings.OutputScale, word) - Draw(settings.OutputScale, second)) : Draw(settings.OutputScale, word);

    private double DrawBias(float scale, uint word) => point.Biases == InitialBiases.Zero ? 0 : Draw(scale, word);

    /// <summary>Floyd's sampling of s of n places, each with its weight.</summary>
    private void DrawSparse(double[] row, int j)
    {
        var taken = new HashSet<int>();
        for (int d = 0; d < point.Sparsity; d++)
        {
            WordQuad draw = RandomStreams.SparseRowDraw(settings.InitialSeed, (uint)j, (uint)d);
            int last = point.N - point.Sparsity + d;
            int place = (int)(((ulong)draw.W0 * (ulong)(last + 1)) >> 32);
            if (!taken.Add(place))
            {
                place = last;
                taken.Add(place);
            }

            row[place] = DrawWeight(draw.W1);
        }
    }

    private double Draw(float scale, uint word) => Initialisation.Draw(settings.Distribution, scale, word);
}
