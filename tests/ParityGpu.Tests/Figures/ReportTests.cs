using System.Diagnostics;
using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Figures;

public sealed class ReportTests : IDisposable
{
    /// <summary>Says in the page how many figures there are and which of their texts lie outside of them or upon one another.</summary>
    private const string Check = """
        <script>
        const bad = [];
        for (const svg of document.querySelectorAll('svg')) {
            const frame = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim() !== '');
            const boxes = texts.map(text => text.getBoundingClientRect());
            boxes.forEach((box, i) => {
                if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                    bad.push('outside: ' + texts[i].textContent);
                for (let j = 0; j < i; j++)
                    if (Math.min(box.right, boxes[j].right) - Math.max(box.left, boxes[j].left) > 3
                        && Math.min(box.bottom, boxes[j].bottom) - Math.max(box.top, boxes[j].top) > 5)
                        bad.push('overlap: ' + texts[i].textContent + ' and ' + texts[j].textContent);
            });
        }
        document.body.insertAdjacentHTML('beforeend', `<p id="check">${document.querySelectorAll('svg').length} figures; ${bad.join('; ')}</p>`);
        </script>
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_report_is_one_page_with_everything_in_it()
    {
        string page = Report("--n", "8,10", "--k", "2", "--width", "10,20", "--seeds", "20");

        Assert.Contains("<td>20</td><td>20</td>", page, StringComparison.Ordinal);
        Assert.Contains("parity sweep --n 8,10 --k 2 --width 10,20 --seeds 20", page, StringComparison.Ordinal);
        Assert.Contains("2 cores".Replace("2", $"{Environment.ProcessorCount}", StringComparison.Ordinal), page, StringComparison.Ordinal);
        Assert.True(Regex.Count(page, "<figure") >= 4);
        Assert.Equal(Regex.Count(page, "<svg "), Regex.Count(page, "</svg>"));
        string withoutNames = Regex.Replace(page, @"xmlns(:\w+)?=""[^""]*""", "");
        Assert.DoesNotContain("http", withoutNames, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", withoutNames, StringComparison.OrdinalIgnoreCase);
        string[] ids = [.. Regex.Matches(page, "id=\"([^\"]*)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void The_same_logs_give_the_same_page()
    {
        string first = Report("--n", "8", "--k", "2", "--width", "10", "--seeds", "5");
        Assert.Equal(0, CommandLine.Run("report", folder["log"], "-o", folder["again.html"]).ExitCode);

        Assert.Equal(first, File.ReadAllText(folder["again.html"]));
    }

    [ChromiumFact]
    public void A_browser_lays_it_out_without_network_and_without_texts_that_collide()
    {
        Report("--n", "8,10", "--k", "2", "--width", "10,20", "--seeds", "20", "--curve", "log:4");
        string page = File.ReadAllText(folder["report.html"]);
        File.WriteAllText(folder["checked.html"], page.Replace("</body>", Check + "</body>", StringComparison.Ordinal));

        string dom = Browse(folder["checked.html"]);

        Match check = Regex.Match(dom, "<p id=\"check\">(\\d+) figures; (.*?)</p>");
        Assert.True(check.Success, dom[^Math.Min(dom.Length, 2000)..]);
        Assert.True(int.Parse(check.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= 6);
        Assert.True(check.Groups[2].Value.Length == 0, check.Groups[2].Value);
    }

    [Fact]
    public void What_cannot_be_reported_is_said_in_a_line()
    {
        Report("--n", "8", "--k", "2", "--width", "10", "--seeds", "1", "--max-steps", "1");

        CommandLine.Run("report", folder["log"]).MustBeUserError("-o", "required");
        CommandLine.Run("report", folder["log"], "-o", folder.Root).MustBeUserError("-o", folder.Root, "directory");
        CommandLine.Run("report", folder["log"], "-o", folder["no/such/folder.html"]).MustBeUserError("-o", "no directory");
        CommandLine.Run("report", folder["none"], "-o", folder["x.html"]).MustBeUserError("no such file");
        Assert.False(File.Exists(folder["x.html"]));
    }

    private string Report(params string[] sweep)
    {
        CommandResult trained = CommandLine.Run(["sweep", .. sweep, "--device", "cpu", "--quiet", "--log", folder["log"]]);
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        CommandResult reported = CommandLine.Run("report", folder["log"], "-o", folder["report.html"]);
        Assert.Equal((0, "", ""), (reported.ExitCode, reported.Output, reported.Error));
        return File.ReadAllText(folder["report.html"]);
    }

    private string Browse(string page)
    {
        var start = new ProcessStartInfo(ChromiumFactAttribute.Program)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={folder["profile"]}",
                "--window-size=1100,2000", "--dump-dom", new Uri(page).AbsoluteUri,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process browser = Process.Start(start)!;
        Task<string> errors = browser.StandardError.ReadToEndAsync();
        string dom = browser.StandardOutput.ReadToEnd();
        Assert.True(browser.WaitForExit(60_000), errors.Result);
        return dom;
    }
}
