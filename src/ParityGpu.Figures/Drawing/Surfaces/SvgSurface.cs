using OxyPlot;

namespace ParityGpu.Figures.Drawing.Surfaces;

/// <summary>Writes an SVG whose dashes are as long as in the other formats: multiples of the line's thickness.</summary>
internal sealed class SvgSurface(Stream output, double width, double height)
    : SvgRenderContext(output, width, height, isDocument: true, new SvgText(), OxyColors.White)
{
    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin) =>
        base.DrawLine(points, stroke, thickness, edgeRenderingMode, Scaled(dashArray, thickness), lineJoin);

    private static double[]? Scaled(double[]? dashes, double thickness) => dashes is null ? null : [.. dashes.Select(length => length * thickness)];
}
