namespace ParityGpu.Kernels.Simt;

/// <summary>Parameters by their place in the buffers, in lines of 16 floats.</summary>
internal static class ParameterPlaces
{
    /// <summary>Lines of a run's parameters.</summary>
    public static int Lines<TScratch>(Slot<TScratch> run)
        where TScratch : struct => (int)(RunLayout.Parameters(run.Shape) / Canon.Lanes);

    /// <summary>The parameter at a line and lane (<see cref="RunLayout"/>).</summary>
    public static ParameterPlace At<TScratch>(Slot<TScratch> run, int line, int lane)
        where TScratch : struct
    {
        int n = run.FirstInputs;
        int width = run.Shape.Width;
        int blocks = Canon.Blocks(width);
        int rows = FirstLayerLayout.Rows(n);
        int firstLines = blocks * rows;
        int block = line / rows;
        int row = line - (block * rows);
        int unit = (block * Canon.Lanes) + lane;

        // After the first layer and the line of the output bias.
        int inner = line - firstLines - 1;
        int layerLines = (width + 1) * blocks;
        if (run.Attends && inner >= 0)
            return OfAttention(run, inner, lane);

        int layer = inner / layerLines;
        int innerRow = (inner - (layer * layerLines)) / blocks;
        int innerUnit = ((inner - (layer * layerLines) - (innerRow * blocks)) * Canon.Lanes) + lane;

        bool isInner = inner >= 0;
        bool isOutputBias = inner == -1;
        bool isOutput = !isInner && (isOutputBias || row > n);
        var parameter = new ParameterPlace
        {
            Layer = isInner ? layer + 1 : isOutput ? run.HiddenLayers : 0,
            Input = isInner ? innerRow : row,
            Unit = isInner ? innerUnit : isOutputBias ? width : unit,
            IsOutput = isOutput,
        };
        bool padding = isOutputBias ? lane > 0 : parameter.Unit >= width;
        parameter.IsAbsent = padding || (isOutput ? !run.HasOutputLayer : !isInner && !run.IsConnected(unit, row));
        return parameter;
    }

    /// <summary>The parameter at a line and lane of a transformer's attention layer (<see cref="AttentionLayout"/>).</summary>
    private static ParameterPlace OfAttention<TScratch>(Slot<TScratch> run, int line, int lane)
        where TScratch : struct
    {
        int embedding = run.Shape.Embedding;
        int entries = AttentionLayout.Entries(run.Shape);
        int rowLines = AttentionLayout.PaddedEmbedding(run.Shape) / Canon.Lanes;
        int blockLines = AttentionLayout.PaddedEntries(run.Shape) / Canon.Lanes * embedding;
        int query = AttentionLayout.Rows(run.Shape) * rowLines;
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
        int rows = isProjection ? embedding : inRows && !isKey ? AttentionLayout.Rows(run.Shape) : entries;
        int lines = inRows ? rowLines : columns;
        int outer = (line - start) / lines;
        int within = line - start - (outer * lines);
        int row = inRows ? outer : (outer * Canon.Lanes) + lane;
        int column = inRows ? (within * Canon.Lanes) + lane : within;
        return new ParameterPlace { Unit = row, Input = column, Matrix = (int)matrix, IsAbsent = row >= rows || column >= columns };
    }
}
