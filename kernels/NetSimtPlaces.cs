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
}

/// <summary>Parameters by their place in the buffers, in lines of 16 floats.</summary>
internal static class NetSimtPlaces
{
    /// <summary>Lines of a run's parameters.</summary>
    public static int Lines(NetSimtRun run) => (int)(NetLayout.Parameters(run.Shape) / MlpLayout.Lanes);

    /// <summary>The parameter at a line and lane (<see cref="NetLayout"/>).</summary>
    public static NetParameter At(NetSimtRun run, int line, int lane)
    {
        int n = run.Shape.Inputs;
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
}
