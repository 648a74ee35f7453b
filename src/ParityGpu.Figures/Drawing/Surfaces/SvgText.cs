using OxyPlot;

namespace ParityGpu.Figures.Drawing.Surfaces;

/// <summary>
/// Sizes of text in an SVG, whose reader chooses the font: those of the widest usual one (DejaVu Sans), so that narrower ones fit too.
/// OxyPlot knows the widths of Arial.
/// </summary>
internal sealed class SvgText() : PdfRenderContext(1, 1, OxyColors.White)
{
    /// <summary>What browsers and editors replace by a sans-serif font of theirs.</summary>
    public const string Font = "sans-serif";

    /// <summary>DejaVu Sans against Arial, over the letters and digits of labels.</summary>
    private const double Wider = 1.19;

    private const double BoldWider = 1.06;

    /// <summary>OxyPlot measures in points of 1/72 inch and writes pixels of 1/96.</summary>
    private const double PixelsPerPoint = 96.0 / 72;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize[] lines = [.. (text ?? "").Split('\n').Select(line => base.MeasureText(line, fontFamily, fontSize, fontWeight))];
        double wider = fontWeight > FontWeights.Normal ? BoldWider * Wider : Wider;
        return new OxySize(lines.Max(line => line.Width) * wider * PixelsPerPoint, lines.Sum(line => line.Height) * PixelsPerPoint);
    }
}
