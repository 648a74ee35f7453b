using OxyPlot;

namespace ParityGpu.Figures.Drawing.Surfaces;

/// <summary>
/// Sizes of text in an SVG, whose reader chooses the font: those in the widest common font (DejaVu Sans), so that narrower fonts fit too. OxyPlot
/// knows the widths of Arial.
/// </summary>
internal sealed class SvgText() : PdfRenderContext(1, 1, OxyColors.White)
{
    /// <summary>Generic name that browsers and editors replace by their own sans-serif font.</summary>
    public const string Font = "sans-serif";

    /// <summary>Width of DejaVu Sans relative to Arial, over the letters and digits of labels.</summary>
    private const double Wider = 1.19;

    /// <summary>OxyPlot's table of widths ends with Latin-1.</summary>
    private const char LastKnown = (char)255;

    private const double BoldWider = 1.06;

    /// <summary>OxyPlot measures in points of 1/72 inch and writes pixels of 1/96.</summary>
    private const double PixelsPerPoint = 96.0 / 72;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize[] lines = [.. (text ?? "").Split('\n').Select(line => base.MeasureText(Known(line), fontFamily, fontSize, fontWeight))];
        double wider = fontWeight > FontWeights.Normal ? BoldWider * Wider : Wider;
        return new OxySize(lines.Max(line => line.Width) * wider * PixelsPerPoint, lines.Sum(line => line.Height) * PixelsPerPoint);
    }

    /// <summary>The line with every letter whose width OxyPlot does not know, such as η, replaced by one of average width.</summary>
    private static string Known(string line) => string.Concat(line.Select(c => c > LastKnown ? 'n' : c));
}
