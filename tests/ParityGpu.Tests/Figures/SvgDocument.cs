using System.Globalization;
using System.Xml.Linq;
using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>What is drawn in an SVG.</summary>
internal sealed class SvgDocument
{
    private readonly XDocument document;

    /// <summary>Reads a file, and asserts that every coordinate in it is a number.</summary>
    public SvgDocument(string path)
    {
        document = XDocument.Load(path);
        Assert.All(Polylines, line => Assert.All(line, coordinate => Assert.True(double.IsFinite(coordinate))));
    }

    /// <summary>All texts, in the order in which they are drawn; the parts of a superscript are texts of their own.</summary>
    public IReadOnlyList<string> Texts => [.. Elements("text").Select(text => text.Value)];

    /// <summary>Coordinates of the lines.</summary>
    public IReadOnlyList<double[]> Polylines =>
    [
        .. Elements("polyline").Select(line => line.Attribute("points")!.Value
            .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()),
    ];

    /// <summary>Elements of a name, such as rect.</summary>
    public IEnumerable<XElement> Elements(string name) => document.Descendants().Where(element => element.Name.LocalName == name);
}
