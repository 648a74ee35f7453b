using OxyPlot;

namespace ParityGpu.Figures.Drawing;

/// <summary>A figure: panels below each other or in columns under one title, a caption, and the numbers that are drawn.</summary>
/// <param name="Title">Above all panels; wrapped to the figure's width, as are the titles of panels.</param>
/// <param name="Caption">Settings and what the marks mean, below all panels; wrapped to the figure's width.</param>
/// <param name="Panels">In reading order, at least one.</param>
/// <param name="Numbers">What is drawn, as numbers.</param>
public sealed record Figure(string Title, string Caption, IReadOnlyList<PlotModel> Panels, NumberTable Numbers)
{
    /// <summary>Panels side by side.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Width of the whole figure in units of 1/96 inch.</summary>
    public double Width { get; init; } = 760;

    /// <summary>The figure with further lines below its caption.</summary>
    public Figure With(IEnumerable<string> lines) => this with { Caption = string.Join('\n', lines.Prepend(Caption)) };

    /// <summary>Height of a row of panels.</summary>
    public double RowHeight { get; init; } = 420;

    /// <summary>Height of the whole figure, or null for what rows of <see cref="RowHeight"/> need.</summary>
    public double? Height { get; init; }

    /// <summary>Whether one legend below the panels names the series of all of them; each panel has its own otherwise.</summary>
    public bool SharedLegend { get; init; }
}
