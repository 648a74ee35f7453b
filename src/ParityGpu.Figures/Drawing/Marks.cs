using OxyPlot;

namespace ParityGpu.Figures.Drawing;

/// <summary>
/// Colours, markers and dashes of series. The first colours are those of M. Okabe and K. Ito (Color Universal Design, 2008), which colour-blind
/// readers can tell apart; P. Tol's muted colours and others follow. Markers and dashes distinguish series without colour.
/// </summary>
internal static class Marks
{
    private static readonly OxyColor[] Colours =
    [
        OxyColor.FromRgb(0, 114, 178), OxyColor.FromRgb(213, 94, 0), OxyColor.FromRgb(0, 158, 115), OxyColor.FromRgb(204, 121, 167),
        OxyColor.FromRgb(230, 159, 0), OxyColor.FromRgb(86, 180, 233), OxyColor.FromRgb(90, 90, 90), OxyColor.FromRgb(136, 34, 85),
        OxyColor.FromRgb(51, 34, 136), OxyColor.FromRgb(153, 153, 51), OxyColor.FromRgb(170, 68, 153), OxyColor.FromRgb(17, 119, 51),
        OxyColor.FromRgb(102, 51, 0), OxyColor.FromRgb(255, 102, 102), OxyColor.FromRgb(68, 170, 153), OxyColor.FromRgb(0, 0, 110),
        OxyColor.FromRgb(150, 110, 220), OxyColor.FromRgb(120, 190, 60), OxyColor.FromRgb(165, 165, 165), OxyColor.FromRgb(230, 0, 126),
    ];

    private static readonly MarkerType[] Markers =
    [
        MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond,
    ];

    private static readonly LineStyle[] Dashes = [LineStyle.Solid, LineStyle.Dash, LineStyle.DashDot, LineStyle.Dot, LineStyle.LongDash];

    public static OxyColor Published => OxyColors.Black;

    public static OxyColor Colour(int series) => Colours[series % Colours.Length];

    public static OxyColor Faint(int series) => OxyColor.FromAColor(70, Colour(series));

    public static MarkerType Marker(int series) => Markers[series % Markers.Length];

    public static LineStyle Dash(int series) => Dashes[series % Dashes.Length];

    /// <summary>Dashes and gaps of a line in multiples of its thickness, wide enough to be distinguishable; null for a solid line.</summary>
    public static double[]? Lengths(LineStyle style) => style switch
    {
        LineStyle.Dash => [5, 2.5],
        LineStyle.DashDot => [6, 2.5, 1.2, 2.5],
        LineStyle.Dot => [1.2, 2.2],
        LineStyle.LongDash => [10, 3],
        _ => null,
    };
}
