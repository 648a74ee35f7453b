using OxyPlot;
using OxyPlot.Series;

namespace ParityGpu.Figures.Drawing;

/// <summary>One legend for all panels of a figure, in as many columns as fit.</summary>
internal sealed class FigureLegend
{
    private const double Symbol = 30;
    private const double Space = 8;
    private const double LineHeight = 17;
    private const double SymbolHeight = 12;

    private readonly (Series Series, string[] Lines)[] entries;
    private readonly int columns;
    private readonly double columnWidth;

    /// <param name="panels">Panels whose titled series are each named once.</param>
    /// <param name="width">Width of the legend.</param>
    /// <param name="text">Breaks labels that are wider.</param>
    public FigureLegend(IEnumerable<PlotModel> panels, double width, TextLines text)
    {
        double widest = width - Symbol - (2 * Space);
        entries =
        [
            .. from series in panels.SelectMany(Named).DistinctBy(series => series.Title)
            select (series, text.Wrap(series.Title, widest, Panel.LabelSize)),
        ];
        double longest = entries.SelectMany(entry => entry.Lines).Select(line => text.Width(line, Panel.LabelSize)).DefaultIfEmpty(0).Max();
        columns = Math.Clamp((int)(width / (longest + Symbol + (3 * Space))), 1, Math.Max(1, entries.Length));
        columnWidth = width / columns;
    }

    /// <summary>Height of all rows; 0 without an entry.</summary>
    public double Height => entries.Length == 0 ? 0 : entries.Chunk(columns).Sum(RowHeight) + Space;

    /// <summary>The series of a panel that a legend names.</summary>
    public static IEnumerable<Series> Named(PlotModel panel) => panel.Series.Where(series => series.RenderInLegend && !string.IsNullOrEmpty(series.Title));

    /// <summary>Draws from an upper left corner.</summary>
    public void Draw(IRenderContext surface, string font, double left, double top)
    {
        foreach ((Series Series, string[] Lines)[] row in entries.Chunk(columns))
        {
            foreach ((int column, (Series series, string[] lines)) in row.Index())
            {
                double x = left + (column * columnWidth);
                series.RenderLegend(surface, new OxyRect(x, top + ((LineHeight - SymbolHeight) / 2), Symbol, SymbolHeight));
                foreach ((int line, string text) in lines.Index())
                {
                    surface.DrawMathText(
                        new ScreenPoint(x + Symbol + Space, top + ((line + 0.5) * LineHeight)), text, OxyColors.Black, font, Panel.LabelSize,
                        FontWeights.Normal, 0, HorizontalAlignment.Left, VerticalAlignment.Middle, null);
                }
            }

            top += RowHeight(row);
        }
    }

    private static double RowHeight((Series Series, string[] Lines)[] row) => LineHeight * row.Max(entry => entry.Lines.Length);
}
