using System.Net;
using System.Text;
using ParityGpu.Figures.Drawing;

namespace ParityGpu.Figures.Reports;

/// <summary>What self-contained HTML pages share.</summary>
internal static class HtmlPage
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
        th, td { text-align: right; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #e5e5e5; white-space: nowrap; }
        th { border-bottom: 1px solid #888; } th:first-child, td:first-child, .text { text-align: left; }
        td { vertical-align: top; } .wrap { white-space: normal; }
        pre { background: #f4f4f4; padding: .7rem; overflow-x: auto; } figure { margin: 1.5rem 0; } figure svg { max-width: 100%; height: auto; }
        """;

    /// <summary>Everything up to the first heading.</summary>
    public static void Begin(StringBuilder page, string heading) => page.Append($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(heading)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Text(heading)}</h1>

        """);

    /// <summary>The complete page.</summary>
    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>A figure inline.</summary>
    /// <param name="page">The page.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="index">Its number on the page.</param>
    public static void WriteFigure(StringBuilder page, Figure figure, int index) => page.Append(
        $"<figure role=\"img\" aria-label=\"{Text(figure.Title)}\">\n{Svg(figure, index)}\n</figure>\n");

    /// <summary>A table that scrolls if it is wider than the page.</summary>
    public static void WriteTable(StringBuilder page, IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        page.Append("<div class=\"scroll\"><table>\n");
        WriteRow("th", columns);
        foreach (IEnumerable<string> row in rows)
            WriteRow("td", row);

        page.Append("</table></div>");

        void WriteRow(string element, IEnumerable<string> cells)
        {
            page.Append("<tr>");
            foreach (string cell in cells)
                page.Append($"<{element}>{Text(cell)}</{element}>");

            page.Append("</tr>\n");
        }
    }

    /// <summary>Text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The figure inline: without the declaration, and with clip paths that no other figure of the page has.</summary>
    private static string Svg(Figure figure, int index)
    {
        string document = Encoding.UTF8.GetString(FigureFile.Svg(figure));
        string id = $"figure{index}-";
        string svg = document[document.IndexOf("<svg", StringComparison.Ordinal)..];
        return svg.Replace("id=\"clipPath", $"id=\"{id}clipPath", StringComparison.Ordinal).Replace("url(#clipPath", $"url(#{id}clipPath", StringComparison.Ordinal);
    }
}
