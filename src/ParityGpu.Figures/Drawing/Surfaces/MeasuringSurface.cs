using OxyPlot;

namespace ParityGpu.Figures.Drawing.Surfaces;

/// <summary>Draws nothing: rendering panels on it determines how much room their labels take.</summary>
/// <param name="text">Measures text.</param>
internal sealed class MeasuringSurface(IRenderContext text) : RenderContextBase
{
    private int clips;

    public override int ClipCount => clips;

    public override OxySize MeasureText(string content, string fontFamily, double fontSize, double fontWeight) =>
        text.MeasureText(content, fontFamily, fontSize, fontWeight);

    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin)
    {
    }

    public override void DrawPolygon(
        IList<ScreenPoint> points, OxyColor fill, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin)
    {
    }

    public override void DrawText(
        ScreenPoint p, string content, OxyColor c, string fontFamily, double fontSize, double fontWeight, double rotate, HorizontalAlignment halign,
        VerticalAlignment valign, OxySize? maxSize)
    {
    }

    public override void PushClip(OxyRect clippingRectangle) => clips++;

    public override void PopClip() => clips--;
}
