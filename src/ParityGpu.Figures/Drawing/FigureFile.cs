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

    /// <summary>Checks a name before anything is computed for it.</summary>
    /// <param name="path">File to be written.</param>
    /// <param name="option">How the user named it, such as <c>-o</c>.</param>
    /// <exception cref="UserErrorException">It has another extension, or it is a PNG and this machine has no font.</exception>
    public static void Check(string path, string option)
    {
        string extension = Extension(path);
        if (!Extensions.Contains(extension))
            throw new UserErrorException($"{option} {path}: must end in {string.Join(" or ", Extensions)}");

        if (Directory.Exists(path))
            throw new UserErrorException($"{option} {path}: is a directory; must be the name of a file");

        if (!CanWrite(extension))
            throw new UserErrorException($"{option} {path}: must end in .svg where no font is installed (DejaVu Sans makes PNG work)");
    }

    /// <summary>Writes a figure in the format of the file's extension; an existing file is replaced as a whole.</summary>
    /// <exception cref="UserErrorException">The file cannot be written, or its name is not allowed (<see cref="Check"/>).</exception>
    public static void Save(Figure figure, string path, string option = "-o")
    {
        Check(path, option);
        byte[] content = Extension(path) == ".svg" ? Svg(figure) : Png(figure);
        WholeFile.Write(path, option, stream => stream.Write(content));
    }

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

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static string? PngFont()
    {
        string[] installed = SKFontManager.Default.GetFontFamilies();
        return Fonts.FirstOrDefault(installed.Contains) ?? installed.FirstOrDefault(name => name.Length > 0);
    }
}
