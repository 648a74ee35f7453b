using System.Text;
using System.Text.RegularExpressions;
using OxyPlot.SkiaSharp;
using ParityGpu.Figures.Drawing.Surfaces;
using SkiaSharp;

namespace ParityGpu.Figures.Drawing;

/// <summary>Figures as files: SVG and PDF with selectable text, PNG at twice the size in pixels.</summary>
public static partial class FigureFile
{
    private const int PixelsPerUnit = 2;

    /// <summary>Fonts with Greek letters and superscripts, first choice first.</summary>
    private static readonly string[] Fonts = ["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica", "Noto Sans"];

    /// <summary>The formats, as file name extensions.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".svg", ".png", ".pdf"];

    /// <summary>The extensions as a text.</summary>
    public static string Allowed { get; } = $"{string.Join(", ", Extensions.SkipLast(1))} or {Extensions[^1]}";

    /// <summary>Whether figures of this extension can be written here: a PNG or PDF needs an installed font.</summary>
    public static bool CanWrite(string extension) => extension == ".svg" || InstalledFont() is not null;

    /// <summary>The extension of a figure's name.</summary>
    /// <param name="path">File to be written.</param>
    /// <param name="option">The option that names it, such as <c>-o</c>.</param>
    /// <exception cref="UserErrorException">The extension is not supported, or it is PNG or PDF and this machine has no font.</exception>
    public static string Extension(string path, string option)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (!Extensions.Contains(extension))
            throw new UserErrorException($"{option} {path}: must end in {Allowed}");

        return CanWrite(extension)
            ? extension
            : throw new UserErrorException($"{option} {path}: must end in .svg, because no font is installed (DejaVu Sans makes PNG and PDF work)");
    }

    /// <summary>A figure in the format of an extension.</summary>
    /// <param name="figure">What to write.</param>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    /// <param name="size">Size, or null for the figure's own.</param>
    public static byte[] Encode(Figure figure, string extension, FigureSize? size = null) => extension switch
    {
        ".svg" => Svg(figure, size),
        ".png" => Png(figure, size),
        _ => Pdf(figure, size),
    };

    /// <summary>The figure as an SVG document in UTF-8 without a byte order mark.</summary>
    public static byte[] Svg(Figure figure, FigureSize? size = null)
    {
        size ??= new FigureSize();
        var layout = new FigureLayout(figure, size, new SvgText(), SvgText.Font);
        using var stream = new MemoryStream();
        using (var surface = new SvgSurface(stream, layout.Width, layout.Height))
        {
            layout.Draw(surface);
            surface.Complete();
            surface.Flush();
        }

        string document = Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF');
        string box = $"<svg viewBox=\"0 0 {layout.Width:0.##} {layout.Height:0.##}\"";
        string sides = $"width=\"{layout.Width * size.Enlarged:0.##}\" height=\"{layout.Height * size.Enlarged:0.##}\"";
        return Encoding.UTF8.GetBytes(SvgSides().Replace(document, $"{box} {sides}", 1));
    }

    /// <summary>The figure as a PNG.</summary>
    public static byte[] Png(Figure figure, FigureSize? size = null) => Draw(figure, size, PixelsPerUnit, RenderTarget.PixelGraphic, (width, height, draw) =>
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo((int)Math.Ceiling(width), (int)Math.Ceiling(height)))
            ?? throw new UserErrorException($"a PNG of {width:0} × {height:0} pixels does not fit in memory; draw fewer points or write an SVG");
        surface.Canvas.Clear(SKColors.White);
        draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    });

    /// <summary>The figure as a PDF of one page, with its fonts.</summary>
    public static byte[] Pdf(Figure figure, FigureSize? size = null) => Draw(figure, size, 1 / FigureSize.UnitsPerPoint, RenderTarget.VectorGraphic, (width, height, draw) =>
    {
        using var stream = new MemoryStream();
        using (SKDocument document = SKDocument.CreatePdf(stream))
        {
            draw(document.BeginPage((float)width, (float)height));
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    });

    private static byte[] Draw(Figure figure, FigureSize? size, double scale, RenderTarget target, Func<double, double, Action<SKCanvas>, byte[]> write)
    {
        string font = InstalledFont() ?? throw new UserErrorException("a PNG or PDF needs a font; install one such as DejaVu Sans, or write an SVG");
        size ??= new FigureSize();
        scale *= size.Enlarged;
        using var context = new SkiaRenderContext { RenderTarget = target };
        using var probe = SKSurface.Create(new SKImageInfo(1, 1));
        context.SkCanvas = probe.Canvas;
        var layout = new FigureLayout(figure, size, context, font);
        return write(layout.Width * scale, layout.Height * scale, canvas =>
        {
            // Not the context's own scale, which would scale dashes twice.
            canvas.Scale((float)scale);
            context.SkCanvas = canvas;
            layout.Draw(context);
        });
    }

    private static string? InstalledFont()
    {
        string[] installed = SKFontManager.Default.GetFontFamilies();
        return Fonts.FirstOrDefault(installed.Contains) ?? installed.FirstOrDefault(name => name.Length > 0);
    }

    [GeneratedRegex("<svg width=\"[^\"]*\" height=\"[^\"]*\"")]
    private static partial Regex SvgSides();
}
