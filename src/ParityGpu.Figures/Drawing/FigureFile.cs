using OxyPlot;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace ParityGpu.Figures.Drawing;

/// <summary>Figures as files: SVG with selectable text, PNG at twice the size in pixels.</summary>
public static class FigureFile
{
    private const int PixelsPerPoint = 2;

    /// <summary>Fonts with Greek letters and superscripts, first choice first.</summary>
    private static readonly string[] Fonts = ["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica", "Noto Sans"];

    /// <summary>The formats by their file name extensions.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".svg", ".png"];

    /// <summary>Whether figures of this extension can be written here: a PNG needs an installed font.</summary>
    public static bool CanWrite(string extension) => extension != ".png" || PngFont() is not null;

    /// <summary>The extension of a figure's name.</summary>
    /// <param name="path">File to be written.</param>
    /// <param name="option">How the user named it, such as <c>-o</c>.</param>
    /// <exception cref="UserErrorException">It is another one, or that of a PNG and this machine has no font.</exception>
    public static string Extension(string path, string option)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (!Extensions.Contains(extension))
            throw new UserErrorException($"{option} {path}: must end in {string.Join(" or ", Extensions)}");

        return CanWrite(extension)
            ? extension
            : throw new UserErrorException($"{option} {path}: must end in .svg where no font is installed (DejaVu Sans makes PNG work)");
    }

    /// <summary>A figure in the format of an extension.</summary>
    public static byte[] Encode(Figure figure, string extension) => extension == ".svg" ? Svg(figure) : Png(figure);

    /// <summary>The figure as an SVG document in UTF-8.</summary>
    public static byte[] Svg(Figure figure)
    {
        var text = new SvgText();
        double height = FigureLayout.Height(figure, text, SvgText.Font);
        using var stream = new MemoryStream();
        using (var surface = new SvgRenderContext(stream, figure.Width, height, isDocument: true, text, OxyColors.White))
        {
            FigureLayout.Draw(figure, surface, SvgText.Font);
            surface.Complete();
            surface.Flush();
        }

        return stream.ToArray();
    }

    /// <summary>The figure as a PNG.</summary>
    public static byte[] Png(Figure figure)
    {
        string font = PngFont() ?? throw new UserErrorException("a PNG needs a font; install one such as DejaVu Sans, or write an SVG");
        using var context = new SkiaRenderContext { RenderTarget = RenderTarget.PixelGraphic, DpiScale = PixelsPerPoint };
        using (var probe = SKSurface.Create(new SKImageInfo(1, 1)))
        {
            context.SkCanvas = probe.Canvas;
            double height = FigureLayout.Height(figure, context, font);
            using SKSurface surface = SKSurface.Create(
                new SKImageInfo((int)(figure.Width * PixelsPerPoint), (int)(height * PixelsPerPoint)));
            surface.Canvas.Clear(SKColors.White);
            context.SkCanvas = surface.Canvas;
            FigureLayout.Draw(figure, context, font);
            using SKImage image = surface.Snapshot();
            using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
            return data.ToArray();
        }
    }

    private static string? PngFont()
    {
        string[] installed = SKFontManager.Default.GetFontFamilies();
        return Fonts.FirstOrDefault(installed.Contains) ?? installed.FirstOrDefault(name => name.Length > 0);
    }
}
