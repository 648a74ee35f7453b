using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Initial parameters of a run, drawn on a CPU worker.</summary>
internal static unsafe class InitialParameters
{
    /// <summary>Draws all parameters of a network (<see cref="RunLayout.Parameters"/> floats).</summary>
    public static void Draw(float* weights, in LaunchShape shape, in RunSettings settings)
    {
        if (shape.Model == (int)Model.Transformer)
        {
            DrawFirstLayer(weights, AttentionLayout.Readout(shape), settings);
            DrawAttention(weights, shape, settings);
            return;
        }

        DrawFirstLayer(weights, shape, settings);
        for (int layer = 2; layer < 2 + RunLayout.DenseLayers(shape); layer++)
            DrawDense(weights + RunLayout.Dense(shape, layer), layer, shape, settings);
    }

    /// <summary>Draws the first layer and the output layer (<see cref="FirstLayerLayout.RunFloats"/> floats).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DrawFirstLayer(float* weights, in LaunchShape shape, in RunSettings settings)
    {
        int blocks = Canon.Blocks(shape.Width);
        bool hasOutput = ((Model)shape.Model).HasOutputLayer();
        bool unit = settings.Output == (int)OutputLayer.Fixed;
        float* block = weights;
        for (int index = 0; index < blocks; index++, block += (long)FirstLayerLayout.Rows(shape.Inputs) * Canon.Lanes)
        {
            for (int lane = 0; lane < Canon.Lanes; lane++)
            {
                int neuron = (index * Canon.Lanes) + lane;
                float* column = block + lane;
                Clear(column, shape);
                if (neuron >= shape.Width)
                    continue;

                DrawColumn(column, (uint)neuron, shape, settings);
                var outputs = RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)neuron);
                if (shape.Model != (int)Model.DisjointPolynet && settings.ZeroBiases == 0)
                    *Row(column, shape.Inputs) = Initialisation.Draw(settings.Distribution, settings.HiddenScale, outputs.W0);

                if (hasOutput)
                    *Row(column, shape.Inputs + 1) = unit ? 1f : DrawOutput(outputs.W1, outputs.W2, settings);
            }
        }

        new Span<float>(block, Canon.Lanes).Clear();
        if (hasOutput && !unit && settings.ZeroBiases == 0)
        {
            var bias = RandomStreams.OutputBiasDraw(settings.InitialSeed);
            *block = DrawOutput(bias.W0, bias.W1, settings);
        }
    }

    /// <summary>A parameter of the output layer; with two logits, the difference of their draws.</summary>
    private static float DrawOutput(uint word, uint second, in RunSettings settings)
    {
        float drawn = Initialisation.Draw(settings.Distribution, settings.OutputScale, word);
        return settings.Logits == 2 ? drawn - Initialisation.Draw(settings.Distribution, settings.OutputScale, second) : drawn;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawColumn(float* column, uint neuron, in LaunchShape shape, in RunSettings settings)
    {
        if (settings.SparseInputs > 0)
        {
            DrawSparse(column, neuron, shape, settings);
            return;
        }

        int from = 0;
        int to = shape.Inputs;
        if (shape.Model == (int)Model.DisjointPolynet)
        {
            int block = shape.Inputs / shape.Width;
            from = (int)neuron * block;
            to = from + block;
        }

        for (int group = from / Canon.Group; group * Canon.Group < to; group++)
        {
            var draws = RandomStreams.HiddenWeightDraws(settings.InitialSeed, neuron, (uint)group);
            for (int place = 0; place < Canon.Group; place++)
            {
                int i = (group * Canon.Group) + place;
                if (i >= from && i < to)
                    *Row(column, i) = Initialisation.Draw(settings.RowDistribution, settings.RowScale, draws.Word(place));
            }
        }
    }

    private static void DrawSparse(float* column, uint neuron, in LaunchShape shape, in RunSettings settings)
    {
        for (int d = 0; d < settings.SparseInputs; d++)
        {
            int last = shape.Inputs - settings.SparseInputs + d;
            var draw = RandomStreams.SparseRowDraw(settings.InitialSeed, neuron, (uint)d);
            int place = (int)(((ulong)draw.W0 * (ulong)(last + 1)) >> 32);
            float* row = *Row(column, place) == 0f ? Row(column, place) : Row(column, last);
            *row = Initialisation.Draw(settings.RowDistribution, settings.RowScale, draw.W1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawDense(float* weights, int layer, in LaunchShape shape, in RunSettings settings)
    {
        int stride = RunLayout.PaddedWidth(shape);
        new Span<float>(weights, checked((int)RunLayout.DenseFloats(shape))).Clear();
        for (int unit = 0; unit < shape.Width; unit++)
        {
            for (int below = 0; below < shape.Width; below++)
            {
                var draws = RandomStreams.InnerWeightDraws(settings.InitialSeed, layer, (uint)unit, (uint)(below / Canon.Group));
                weights[((long)below * stride) + unit] = Initialisation.Draw(
                    settings.Distribution, settings.InnerScale, draws.Word(below % Canon.Group));
            }

            if (settings.ZeroBiases == 0)
            {
                weights[((long)shape.Width * stride) + unit] = Initialisation.Draw(
                    settings.Distribution, settings.InnerScale, RandomStreams.InnerBiasDraw(settings.InitialSeed, layer, (uint)unit).W0);
            }
        }
    }

    private static void DrawAttention(float* weights, in LaunchShape shape, in RunSettings settings)
    {
        long start = AttentionLayout.Embeddings(shape);
        NativeMemory.Clear(weights + start, (nuint)(AttentionLayout.Parameters(shape) - start) * sizeof(float));
        int entries = AttentionLayout.Entries(shape);
        int embedding = shape.Embedding;
        int padded = AttentionLayout.PaddedEmbedding(shape);
        DrawRows(weights + start, AttentionMatrix.Embedding, AttentionLayout.Rows(shape), embedding, padded, settings, settings.InnerScale);
        DrawRows(
            weights + AttentionLayout.Key(shape), AttentionMatrix.Key, entries, embedding, padded, settings, settings.AttentionScale);
        DrawRows(
            weights + AttentionLayout.Query(shape), AttentionMatrix.Query, entries, embedding, 0, settings, settings.AttentionScale);
        DrawRows(
            weights + AttentionLayout.Value(shape), AttentionMatrix.Value, entries, embedding, 0, settings, settings.AttentionScale);
        DrawRows(
            weights + AttentionLayout.Projection(shape), AttentionMatrix.Projection, embedding, entries, 0, settings,
            settings.ProjectionScale);
    }

    /// <summary>Draws a matrix, [row][<paramref name="stride"/>] or, for a stride of 0, in blocks of 16 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawRows(
        float* target, AttentionMatrix matrix, int rows, int columns, int stride, in RunSettings settings, float scale)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int block = 0; block < Canon.Groups(columns); block++)
            {
                var draws = RandomStreams.AttentionDraws(settings.InitialSeed, matrix, (uint)row, (uint)block);
                for (int column = block * Canon.Group; column < Math.Min((block + 1) * Canon.Group, columns); column++)
                {
                    long place = stride > 0 ? ((long)row * stride) + column : AttentionLayout.Index(columns, row, column);
                    target[place] = Initialisation.Draw(settings.Distribution, scale, draws.Word(column % Canon.Group));
                }
            }
        }
    }

    private static void Clear(float* column, in LaunchShape shape)
    {
        for (int row = 0; row < FirstLayerLayout.Rows(shape.Inputs); row++)
            *Row(column, row) = 0f;
    }

    private static float* Row(float* column, int row) => column + (row * (long)Canon.Lanes);
}
