using System.Text.RegularExpressions;
using OxyPlot;

namespace ParityGpu.Figures.Drawing;

/// <summary>Text in lines that fit.</summary>
/// <param name="measure">Measures text.</param>
/// <param name="font">Its font.</param>
internal sealed partial class TextLines(IRenderContext measure, string font)
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Breaks paragraphs between words.</summary>
    /// <param name="text">Paragraphs, one per line.</param>
    /// <param name="width">Widest line; a single word may be wider.</param>
    /// <param name="size">Font size.</param>
    /// <param name="weight">Font weight.</param>
    public string[] Wrap(string text, double width, double size, double weight = FontWeights.Normal)
    {
        var lines = new List<string>();
        foreach (string paragraph in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = "";
            foreach (string word in paragraph.Split(' '))
            {
                string longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && Width(longer, size, weight) > width)
                {
                    lines.Add(line);
                    longer = word;
                }

                line = longer;
            }

            lines.Add(line);
        }

        return [.. lines];
    }

    /// <summary>Width of a line, with exponents small.</summary>
    public double Width(string line, double size, double weight = FontWeights.Normal) => measure.MeasureMathText(line, font, size, weight).Width;

    /// <summary>A text whose exponents, written 10^{-4} in panels, become superscript characters.</summary>
    public static string Raised(string text) => Exponent().Replace(
        text, match => string.Concat(match.Groups[1].Value.Select(c => c == '-' ? '⁻' : Superscripts[c - '0'])));

    [GeneratedRegex(@"\^\{(-?[0-9]+)\}")]
    private static partial Regex Exponent();
}
