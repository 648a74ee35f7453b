using System.Text;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Experiments;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Reports;

/// <summary>
/// One self-contained HTML page about all experiments: a table of claims and verdicts, then each figure with its numbers, settings and commands.
/// </summary>
public static class PaperPage
{
    /// <summary>Rows of a figure's numbers that are shown.</summary>
    private const int MostRows = 200;

    /// <summary>Makes the page.</summary>
    /// <param name="scale">The scale that was trained.</param>
    /// <param name="done">The experiments that were evaluated.</param>
    /// <param name="missing">The experiments that have no runs yet.</param>
    /// <param name="files">Where the files of an experiment lie beside the page, as a relative address without an ending.</param>
    public static string Write(string scale, IReadOnlyList<ReproducedExperiment> done, IReadOnlyList<Experiment> missing, Func<Experiment, string> files)
    {
        var page = new StringBuilder();
        HtmlPage.Begin(page, $"Hidden Progress in Deep Learning, reproduced at {scale} scale");
        WriteOverview(page, done, missing);
        foreach ((int index, ReproducedExperiment each) in done.Index())
            WriteExperiment(page, each, index, files(each.Experiment));

        return HtmlPage.End(page);
    }

    /// <summary>The word for a verdict.</summary>
    public static string Word(ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Held => "held",
        ClaimOutcome.NotHeld => "NOT held",
        _ => "undecided",
    };

    private static void WriteOverview(StringBuilder page, IReadOnlyList<ReproducedExperiment> done, IReadOnlyList<Experiment> missing)
    {
        string[] devices = [.. done.SelectMany(each => each.Devices).Distinct()];
        page.Append($"""
            <p>Barak, Edelman, Goel, Kakade, Malach and Zhang, <i>Hidden Progress in Deep Learning: SGD Learns Parities Near the Computational Limit</i>, 2022,
            and work that followed it. {done.Count} experiments, {done.Sum(each => each.Runs):N0} runs, {Time(done.Sum(each => each.Seconds))} of training
            on {HtmlPage.Text(devices.Length == 0 ? "no device" : string.Join(", ", devices))}.</p>
            <div class="scroll"><table>
            <tr><th>experiment</th><th class="text">claim</th><th class="text">verdict</th><th>runs</th><th>time</th></tr>

            """);
        foreach (ReproducedExperiment each in done)
        {
            page.Append($"""
                <tr><td><a href="#{each.Experiment.Name}">{each.Experiment.Name}</a></td><td class="text wrap">{HtmlPage.Text(each.Experiment.Claim)}</td><td class="text">{Word(each.Result.Verdict.Outcome)}</td><td>{each.Runs:N0}</td><td>{Time(each.Seconds)}</td></tr>

                """);
        }

        foreach (Experiment each in missing)
            page.Append($"<tr><td>{each.Name}</td><td class=\"text wrap\">{HtmlPage.Text(each.Claim)}</td><td class=\"text\">not trained</td><td></td><td></td></tr>\n");

        page.Append("</table></div>\n");
    }

    private static void WriteExperiment(StringBuilder page, ReproducedExperiment each, int index, string files)
    {
        Experiment experiment = each.Experiment;
        page.Append($"""
            <h2 id="{experiment.Name}">{experiment.Name}: {HtmlPage.Text(experiment.Title)}</h2>
            <p>{HtmlPage.Text(experiment.Claim)} ({HtmlPage.Text(experiment.Source)})</p>
            <p><b>{Word(each.Result.Verdict.Outcome)}</b>: {HtmlPage.Text(each.Result.Verdict.Evidence)}</p>
            <p>Differences from the source: {HtmlPage.Text(each.Experiment.Differences)}</p>

            """);
        HtmlPage.WriteFigure(page, each.Result.Figure, index);
        WriteNumbers(page, each.Result.Figure.Numbers, files);
        if (each.Sweeps.Count == 0)
        {
            page.Append("<p>Nothing is trained; the results are computed exactly.</p>\n");
            return;
        }

        page.Append("<details><summary>Settings, as commands that repeat the same runs bit for bit</summary>\n<pre>");
        page.AppendJoin('\n', each.Sweeps.Select(sweep => HtmlPage.Text(SpecSetting.Command(sweep.Spec))));
        page.Append("</pre></details>\n");
    }

    private static void WriteNumbers(StringBuilder page, NumberTable numbers, string files)
    {
        string left = numbers.Rows.Count > MostRows ? $", the first {MostRows} of {numbers.Rows.Count:N0} rows" : "";
        page.Append($"<details><summary>Numbers{left} (all in <a href=\"{HtmlPage.Text(files)}.csv\">{HtmlPage.Text(files)}.csv</a>)</summary>\n");
        HtmlPage.WriteTable(page, numbers.Columns, numbers.Rows.Take(MostRows).Select(row => row.Select(NumberTable.Text)));
        page.Append("</details>\n");
    }

    private static string Time(double seconds) => seconds switch
    {
        >= 3600 => $"{seconds / 3600:0.0} h",
        >= 60 => $"{seconds / 60:0.0} min",
        _ => $"{seconds:0.0} s",
    };
}
