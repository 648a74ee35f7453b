using OxyPlot;
using OxyPlot.Legends;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing.Surfaces;

namespace ParityGpu.Figures.Drawing;

/// <summary>Places a figure's title, panels, legend and caption; axes of panels in one column begin and end at the same place.</summary>
internal sealed class FigureLayout
{
    private const double Margin = 14;
    private const double TitleSize = 17;
    private const double CaptionSize = 11;
    private const double LineHeight = 1.3;

    /// <summary>Minimum height of a row of panels that is still legible.</summary>
    private const double LeastRow = 120;

    private static readonly OxyColor CaptionColour = OxyColor.FromRgb(60, 60, 60);

    private readonly Figure figure;
    private readonly string font;
    private readonly string[] title;
    private readonly string[] caption;
    private readonly FigureLegend? legend;
    private readonly double[] rows;

    /// <param name="figure">What to place.</param>
    /// <param name="size">Its size.</param>
    /// <param name="measure">Measures text; need not be the surface that is drawn on.</param>
    /// <param name="font">Font of all text.</param>
    /// <exception cref="UserErrorException">The requested height is too small for it.</exception>
    public FigureLayout(Figure figure, FigureSize size, IRenderContext measure, string font)
    {
        this.figure = figure = size.Of(figure);
        this.font = font;
        var text = new TextLines(measure, font);
        double inner = figure.Width - (2 * Margin);
        title = text.Wrap(figure.Title, inner, TitleSize, FontWeights.Bold);
        caption = text.Wrap(TextLines.Raised(figure.Caption), inner, CaptionSize);
        legend = figure.SharedLegend ? new FigureLegend(figure.Panels, inner, text) : null;
        foreach (PlotModel panel in figure.Panels)
        {
            panel.DefaultFont = font;
            if (panel.Title is not null)
                panel.Title = string.Join('\n', text.Wrap(TextLines.Raised(panel.Title).Replace('\n', ' '), ColumnWidth - (2 * Margin), panel.TitleFontSize));

            foreach (LegendBase own in panel.Legends)
                own.IsLegendVisible = legend is null && FigureLegend.Named(panel).Skip(1).Any();

            foreach (LineSeries line in panel.Series.OfType<LineSeries>())
                line.Dashes = Marks.Lengths(line.LineStyle);
        }

        rows = Rows(size);
        Align(new MeasuringSurface(measure));
    }

    /// <summary>Width of the whole figure.</summary>
    public double Width => figure.Width;

    /// <summary>Height of the whole figure.</summary>
    public double Height => Top + rows.Sum() + Bottom;

    private double ColumnWidth => figure.Width / figure.Columns;

    private double Top => Margin + (title.Length * TitleSize * LineHeight) + (Margin / 2);

    private double Bottom => (legend?.Height ?? 0) + (caption.Length * CaptionSize * LineHeight) + Margin;

    public void Draw(IRenderContext surface)
    {
        double y = Margin;
        foreach (string line in title)
        {
            surface.DrawText(
                new ScreenPoint(figure.Width / 2, y), line, OxyColors.Black, font, TitleSize, FontWeights.Bold, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
            y += TitleSize * LineHeight;
        }

        RenderPanels(surface);
        y = Top + rows.Sum();
        legend?.Draw(surface, font, Margin, y);
        y += legend?.Height ?? 0;
        foreach (string line in caption)
        {
            surface.DrawText(
                new ScreenPoint(Margin, y), line, CaptionColour, font, CaptionSize, FontWeights.Normal, 0, HorizontalAlignment.Left, VerticalAlignment.Top);
            y += CaptionSize * LineHeight;
        }
    }

    /// <summary>Heights of the rows: the figure's, and more where a panel's title has several lines.</summary>
    private double[] Rows(FigureSize size)
    {
        double[] more = [.. figure.Panels.Chunk(figure.Columns).Select(row => row.Max(panel => (panel.Title?.Count(c => c == '\n') ?? 0) * panel.TitleFontSize * LineHeight))];
        if (figure.Height is not { } height)
            return [.. more.Select(lines => figure.RowHeight + lines)];

        double each = (height - Top - Bottom - more.Sum()) / more.Length;
        return each >= LeastRow
            ? [.. more.Select(lines => each + lines)]
            : throw new UserErrorException(
                $"--size {size.Text}: must be {1 + ((LeastRow - each) * more.Length / height):0.0#} times as high for title, panels, legend and caption, "
                + "or be used with a smaller --font-size");
    }

    private void Align(MeasuringSurface measure)
    {
        foreach (PlotModel panel in figure.Panels)
            panel.PlotMargins = new OxyThickness(double.NaN);

        RenderPanels(measure);
        foreach (var column in figure.Panels.Index().GroupBy(entry => entry.Index % figure.Columns, entry => entry.Item))
        {
            double left = column.Max(panel => panel.ActualPlotMargins.Left);
            double right = column.Max(panel => panel.ActualPlotMargins.Right);
            foreach (PlotModel panel in column)
                panel.PlotMargins = new OxyThickness(left, double.NaN, right, double.NaN);
        }
    }

    private void RenderPanels(IRenderContext surface)
    {
        double top = Top;
        foreach ((int row, PlotModel[] panels) in figure.Panels.Chunk(figure.Columns).Index())
        {
            foreach ((int column, PlotModel panel) in panels.Index())
            {
                ((IPlotModel)panel).Update(true);
                ((IPlotModel)panel).Render(surface, new OxyRect(column * ColumnWidth, top, ColumnWidth, rows[row]));
                if (panel.GetLastPlotException() is { } exception)
                    throw new InvalidOperationException($"A panel of '{figure.Title}' cannot be drawn.", exception);
            }

            top += rows[row];
        }
    }
}
