using OxyPlot;

namespace ParityGpu.Figures.Drawing;

/// <summary>
/// Colours, markers and dashes of series. The colours are those of M. Okabe and K. Ito (Color Universal Design, 2008), told apart by
/// colour-blind readers; markers and dashes tell series apart without colour.
/// </summary>
internal static class Marks
{
    private static readonly OxyColor[] Colours =
    [
        OxyColor.FromRgb(0, 114, 178), OxyColor.FromRgb(213, 94, 0), OxyColor.FromRgb(0, 158, 115), OxyColor.FromRgb(204, 121, 167),
        OxyColor.FromRgb(230, 159, 0), OxyColor.FromRgb(86, 180, 233), OxyColor.FromRgb(90, 90, 90),
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
}
