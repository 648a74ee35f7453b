namespace ParityGpu.Kernels.Simt;

/// <summary>Copies a launch's parameters between their buffer (<see cref="FirstLayerLayout"/>) and the order of tiles.</summary>
internal static class CountingParameters
{
    /// <summary>Place of the weights from a neuron's first four inputs; those from the next four lie one row of the tile further on.</summary>
    public static int Quad<TTile>(CountingSlot run, int neuron)
        where TTile : struct, ITile
    {
        int block = neuron / Canon.Lanes;
        int tile = block / TTile.Blocks;
        return (tile * run.Shape.Counting.TileQuads) + ((block - (tile * TTile.Blocks)) * Canon.Lanes) + (neuron % Canon.Lanes);
    }

    /// <summary>Reads all parameters; neurons and inputs that only pad a tile or a group get +0.</summary>
    public static void Load<TTile>(CountingSlot run)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        int n = run.Shape.Inputs;
        for (int j = run.Thread.Index; j < run.Shape.Counting.PaddedWidth; j += run.Shape.Counting.Threads)
        {
            bool exists = j < run.Shape.Width;
            LoadWeights(run, j, Quad<TTile>(run, j), TTile.Blocks * Canon.Lanes);
            long bias = FirstLayerLayout.Index(n, exists ? j : 0, n);
            memory.Parameters[(run.Shape.Counting.BiasQuads * 4) + j] = exists ? run.Floats[bias] : 0f;
            memory.Parameters[(run.Shape.Counting.OutputQuads * 4) + j] = exists ? run.Floats[bias + Canon.Lanes] : 0f;
        }

        if (run.Thread.Index == 0)
            memory.Floats[run.Shape.Counting.ScalarQuads * 4] = run.Floats[run.OutputBias];
    }

    /// <summary>Writes all parameters back.</summary>
    public static void Store<TTile>(CountingSlot run)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        int n = run.Shape.Inputs;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Shape.Counting.Threads)
        {
            StoreWeights(run, j, Quad<TTile>(run, j), TTile.Blocks * Canon.Lanes);
            long to = FirstLayerLayout.Index(n, j, n);
            run.Floats[to] = memory.Parameters[(run.Shape.Counting.BiasQuads * 4) + j];
            run.Floats[to + Canon.Lanes] = memory.Parameters[(run.Shape.Counting.OutputQuads * 4) + j];
        }

        if (run.Thread.Index == 0)
            run.Floats[run.OutputBias] = memory.Floats[run.Shape.Counting.ScalarQuads * 4];
    }

    /// <summary>
    /// Reads a neuron's weights; +0 if there is no such neuron, and for inputs missing in the last group.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="quad">Place of the weights from its first four inputs.</param>
    /// <param name="stride">Quads from there to the place of the next four.</param>
    public static void LoadWeights(CountingSlot run, int neuron, int quad, int stride)
    {
        bool exists = neuron < run.Shape.Width;
        long from = FirstLayerLayout.Index(run.Shape.Inputs, exists ? neuron : 0, 0);
        for (int group = 0; group < run.Shape.Counting.Groups; group++)
        {
            int last = run.Shape.Inputs - 1 - (group * Canon.Group);
            run.Scratch.Weights[quad] = new FloatQuad
            {
                X = exists ? run.Floats[from] : 0f,
                Y = exists && last > 0 ? run.Floats[from + Canon.Lanes] : 0f,
                Z = exists && last > 1 ? run.Floats[from + (2 * Canon.Lanes)] : 0f,
                W = exists && last > 2 ? run.Floats[from + (3 * Canon.Lanes)] : 0f,
            };
            quad += stride;
            from += Canon.Group * Canon.Lanes;
        }
    }

    /// <summary>Writes a neuron's weights back.</summary>
    /// <inheritdoc cref="LoadWeights"/>
    public static void StoreWeights(CountingSlot run, int neuron, int quad, int stride)
    {
        long to = FirstLayerLayout.Index(run.Shape.Inputs, neuron, 0);
        int at = quad * Canon.Group;
        for (int i = 0; i < run.Shape.Inputs; i++)
        {
            run.Floats[to] = run.Scratch.Parameters[at + (i % Canon.Group)];
            to += Canon.Lanes;
            at += i % Canon.Group == Canon.Group - 1 ? stride * Canon.Group : 0;
        }
    }
}
