using System.Text.RegularExpressions;

namespace ParityGpu.Figures.Drawing;

/// <summary>Size of a figure as requested by the user.</summary>
/// <param name="Width">In units of 1/96 inch, text and lines included; null for the figure's own.</param>
/// <param name="Height">The same for the height.</param>
/// <param name="Enlarged">Factor by which text, lines and marks are larger than usual.</param>
public sealed partial record FigureSize(double? Width = null, double? Height = null, double Enlarged = 1)
{
    /// <summary>Units of 1/96 inch to a point, 1/72 inch.</summary>
    public const double UnitsPerPoint = 96.0 / 72;

    /// <summary>Default size of text on axes, in points.</summary>
    public const double UsualFontSize = Panel.LabelSize / UnitsPerPoint;

    private const double Least = 100;
    private const double Most = 10_000;

    /// <summary>What the user wrote, for messages.</summary>
    public string? Text { get; private init; }

    /// <summary>Reads a width and height such as 640x480, 160x100mm or 6x4in.</summary>
    /// <exception cref="UserErrorException">It is not a size, or too small or large to draw.</exception>
    public static FigureSize Parse(string text, string option)
    {
        Match match = Pattern().Match(text);
        double unit = match.Groups[3].Value switch
        {
            "mm" => 96 / 25.4,
            "cm" => 96 / 2.54,
            "in" => 96,
            _ => 1,
        };
        double Side(int group) => double.Parse(match.Groups[group].Value) * unit;
        return match.Success && Side(1) is >= Least and <= Most && Side(2) is >= Least and <= Most
            ? new FigureSize(Side(1), Side(2)) { Text = text }
            : throw new UserErrorException(
                $"{option} {Specs.SpecSetting.Echo(text)}: must be a width and a height of {Least} to {Most} units of 1/96 inch, such as 640x480, or 160x100mm, 16x10cm, 6x4in");
    }

    /// <summary>The figure in this size, in units of <see cref="Enlarged"/>/96 inch.</summary>
    public Figure Of(Figure figure) => figure with { Width = (Width ?? figure.Width) / Enlarged, Height = Height / Enlarged };

    [GeneratedRegex(@"^([0-9]{1,6}(?:\.[0-9]{1,6})?)x([0-9]{1,6}(?:\.[0-9]{1,6})?)(px|mm|cm|in)?$")]
    private static partial Regex Pattern();
}
