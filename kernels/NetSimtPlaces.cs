namespace ParityGpu.Kernels;

/// <summary>What one float of a run's parameters is.</summary>
internal struct NetParameter
{
    /// <summary>Layer of weights, from 0; the output layer is the last.</summary>
    public int Layer;

    /// <summary>Input or unit below; the number of these for the bias.</summary>
    public int Input;

    /// <summary>Unit the weight leads to; of an output weight, the unit it comes from, and r for the output bias.</summary>
    public int Unit;

    /// <summary>Whether it is none: padding, a weight between blocks that are disjoint, or the output row of a product.</summary>
    public bool IsAbsent;

    /// <summary>Whether it belongs to the output layer.</summary>
    public bool IsOutput;

    /// <summary>An <see cref="AttentionMatrix"/> whose row is the unit and whose column is the input; 0 for other parameters.</summary>
    public int Matrix;
}

/// <summary>Parameters by their place in the buffers, in lines of 16 floats.</summary>
internal static class NetSimtPlaces
{
    /// <summary>Lines of a run's parameters.</summary>
    public static int Lines(NetSimtRun run) => (int)(NetLayout.Parameters(run.Shape) / MlpLayout.Lanes);

    /// <summary>The parameter at a line and lane (<see cref="NetLayout"/>).</summary>
    public static NetParameter At(NetSimtRun run, int line, int lane)
    {
        int n = run.FirstInputs;
        int width = run.Shape.Width;
        int blocks = MlpLayout.Blocks(width);
        int rows = MlpLayout.Rows(n);
        int firstLines = blocks * rows;
        int block = line / rows;
        int row = line - (block * rows);
        int unit = (block * MlpLayout.Lanes) + lane;

        // Behind the first layer and the line of the output bias.
        int inner = line - firstLines - 1;
        int layerLines = (width + 1) * blocks;
        if (run.Attends && inner >= 0)
            return OfAttention(run, inner, lane);

        int layer = inner / layerLines;
        int innerRow = (inner - (layer * layerLines)) / blocks;
        int innerUnit = ((inner - (layer * layerLines) - (innerRow * blocks)) * MlpLayout.Lanes) + lane;

        bool isInner = inner >= 0;
        bool isOutputBias = inner == -1;
        bool isOutput = !isInner && (isOutputBias || row > n);
        var parameter = new NetParameter
        {
            Layer = isInner ? layer + 1 : isOutput ? run.HiddenLayers : 0,
            Input = isInner ? innerRow : row,
            Unit = isInner ? innerUnit : isOutputBias ? width : unit,
            IsOutput = isOutput,
        };
        bool padding = isOutputBias ? lane > 0 : parameter.Unit >= width;
        parameter.IsAbsent = padding || (isOutput ? run.IsProduct : !isInner && !run.IsConnected(unit, row));
        return parameter;
    }

    /// <summary>The parameter at a line and lane of a transformer's attention layer (<see cref="TransformerLayout"/>).</summary>
    private static NetParameter OfAttention(NetSimtRun run, int line, int lane)
    {
        int embedding = run.Shape.Embedding;
        int entries = TransformerLayout.Entries(run.Shape);
        int rowLines = TransformerLayout.PaddedEmbedding(run.Shape) / MlpLayout.Lanes;
        int blockLines = TransformerLayout.PaddedEntries(run.Shape) / MlpLayout.Lanes * embedding;
        int query = TransformerLayout.Rows(run.Shape) * rowLines;
        int key = query + blockLines;
        int value = key + (entries * rowLines);
        int projection = value + blockLines;
        bool isProjection = line >= projection;
        bool isValue = line >= value && !isProjection;
        bool isQuery = line >= query && line < key;
        bool isKey = line >= key && line < value;
        int start = isProjection ? projection : isValue ? value : isKey ? key : isQuery ? query : 0;
        var matrix = isProjection ? AttentionMatrix.Projection
            : isValue ? AttentionMatrix.Value : isKey ? AttentionMatrix.Key : isQuery ? AttentionMatrix.Query : AttentionMatrix.Embedding;

        // In rows, [row][column], or in blocks of rows, [block][column][lane].
        bool inRows = !isProjection && !isValue && !isQuery;
        int columns = isProjection ? entries : embedding;
        int rows = isProjection ? embedding : inRows && !isKey ? TransformerLayout.Rows(run.Shape) : entries;
        int lines = inRows ? rowLines : columns;
        int outer = (line - start) / lines;
        int within = line - start - (outer * lines);
        int row = inRows ? outer : (outer * MlpLayout.Lanes) + lane;
        int column = inRows ? (within * MlpLayout.Lanes) + lane : within;
        return new NetParameter { Unit = row, Input = column, Matrix = (int)matrix, IsAbsent = row >= rows || column >= columns };
    }
}
