using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;

namespace ParityGpu.Figures;

/// <summary>How a figure is drawn.</summary>
public record FigureOptions
{
    /// <summary>Setting along the x axis, or null for the kind's own.</summary>
    public SpecSetting? X { get; init; }

    /// <summary>Setting along the y axis of a map, or null for the first that varies.</summary>
    public SpecSetting? Y { get; init; }

    /// <summary>Scale of the numbers or times on the x axis, or null for the kind's own.</summary>
    public AxisScale? XScale { get; init; }

    /// <summary>Scale of the y axis, or null for the kind's own.</summary>
    public AxisScale? YScale { get; init; }

    /// <summary>Unit in which times are counted.</summary>
    public TimeUnit Time { get; init; }

    /// <summary>Title, or null for the kind's own.</summary>
    public string? Title { get; init; }
}
