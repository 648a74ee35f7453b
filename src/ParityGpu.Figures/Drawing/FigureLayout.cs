using System.Text.RegularExpressions;
using OxyPlot;

namespace ParityGpu.Figures.Drawing;

/// <summary>Places a figure's title, panels and caption on a drawing surface of either format.</summary>
internal static partial class FigureLayout
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private const double Margin = 14;
    private const double TitleSize = 17;
    private const double CaptionSize = 11;
    private const double LineHeight = 1.3;

    private static readonly OxyColor CaptionColour = OxyColor.FromRgb(60, 60, 60);

    /// <summary>Height of the whole figure; <paramref name="measure"/> need not be what is drawn on.</summary>
    public static double Height(Figure figure, IRenderContext measure, string font) =>
        Top + (Rows(figure) * figure.RowHeight) + CaptionHeight(Wrap(figure, measure, font)) + Margin;

    public static void Draw(Figure figure, IRenderContext surface, string font)
    {
        surface.DrawText(
            new ScreenPoint(figure.Width / 2, Margin), figure.Title, OxyColors.Black, font, TitleSize, FontWeights.Bold, 0,
            HorizontalAlignment.Center, VerticalAlignment.Top);
        double width = figure.Width / figure.Columns;
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            PlotModel panel = figure.Panels[i];
            panel.DefaultFont = font;
            ((IPlotModel)panel).Update(true);
            ((IPlotModel)panel).Render(
                surface, new OxyRect(i % figure.Columns * width, Top + (i / figure.Columns * figure.RowHeight), width, figure.RowHeight));
            if (panel.GetLastPlotException() is { } exception)
                throw new InvalidOperationException($"A panel of '{figure.Title}' cannot be drawn.", exception);
        }

        double y = Top + (Rows(figure) * figure.RowHeight);
        foreach (string line in Wrap(figure, surface, font))
        {
            surface.DrawText(
                new ScreenPoint(Margin, y), line, CaptionColour, font, CaptionSize, FontWeights.Normal, 0,
                HorizontalAlignment.Left, VerticalAlignment.Top);
            y += CaptionSize * LineHeight;
        }
    }

    private static double Top => Margin + (TitleSize * LineHeight) + (Margin / 2);

    private static int Rows(Figure figure) => (figure.Panels.Count + figure.Columns - 1) / figure.Columns;

    private static double CaptionHeight(List<string> lines) => lines.Count * CaptionSize * LineHeight;

    private static List<string> Wrap(Figure figure, IRenderContext measure, string font)
    {
        var lines = new List<string>();
        foreach (string paragraph in Raised(figure.Caption).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = "";
            foreach (string word in paragraph.Split(' '))
            {
                string longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && measure.MeasureText(longer, font, CaptionSize, FontWeights.Normal).Width > figure.Width - (2 * Margin))
                {
                    lines.Add(line);
                    longer = word;
                }

                line = longer;
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>A text whose exponents, 10^{-4} as the panels have them, are superscript characters.</summary>
    private static string Raised(string text) => Exponent().Replace(
        text, match => string.Concat(match.Groups[1].Value.Select(c => c == '-' ? '⁻' : Superscripts[c - '0'])));

    [GeneratedRegex(@"\^\{(-?[0-9]+)\}")]
    private static partial Regex Exponent();
}
