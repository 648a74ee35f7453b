using System.Text;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Reports;

/// <summary>One self-contained HTML page about logs: settings, results, figures, devices, and the commands that repeat the sweeps.</summary>
public static class HtmlReport
{
    /// <summary>Maximum number of rows in the table of results; more would make the page unusable.</summary>
    private const int MostRows = 500;

    /// <summary>
    /// Writes the page.
    /// </summary>
    /// <param name="paths">Logs, combined as <c>parity summary</c> does.</param>
    /// <param name="title">Title, or null for one from the file names.</param>
    /// <param name="command">The command that repeats a sweep.</param>
    /// <exception cref="UserErrorException">A log cannot be read or has no finished run.</exception>
    public static string Write(IReadOnlyList<string> paths, string? title, Func<SweepSpec, string> command)
    {
        var logs = new SummaryBuilder(CurvePanels.MostCurves);
        foreach (string path in paths)
            logs.Add(path);

        PointRuns[] points = [.. logs.Points.Where(runs => runs.Times.Runs > 0)];
        if (points.Length == 0)
            throw new UserErrorException($"{string.Join(' ', paths)}: has no finished run; must be a log with runs to report");

        string heading = title ?? $"Sparse parity: {string.Join(", ", paths.Select(Path.GetFileName))}";
        var page = new StringBuilder();
        HtmlPage.Begin(page, heading);
        WriteOverview(page, logs);
        page.Append("<h2>Settings</h2>\n");
        page.Append($"<p>{HtmlPage.Text(SettingNames.Shared([.. points.Select(runs => runs.Point)]))}</p>\n");
        page.Append("<p>To repeat the same runs, bit for bit:</p>\n<pre>");
        page.AppendJoin('\n', logs.Headers.Select(header => HtmlPage.Text(command(header.Spec))).Distinct());
        page.Append("</pre>\n<h2>Results</h2>\n");
        WriteResults(page, points);
        page.Append("<h2>Figures</h2>\n");
        var figures = new ReportFigures(points);
        foreach ((int index, Figure figure) in figures.Drawn.Index())
            HtmlPage.WriteFigure(page, figure, index);

        if (figures.LeftOut.Count > 0)
        {
            page.Append("<p>Left out (in brackets: their names for <code>parity plot --kind</code>):</p>\n<ul>\n");
            foreach (string line in figures.LeftOut)
                page.Append($"<li>{HtmlPage.Text(line)}</li>\n");

            page.Append("</ul>\n");
        }

        return HtmlPage.End(page);
    }

    private static void WriteOverview(StringBuilder page, SummaryBuilder logs)
    {
        long solved = logs.Points.Sum(runs => runs.Times.Solved);
        double steps = logs.Points.Sum(runs => runs.Times.Steps);
        page.Append("<table>\n");
        Row(page, "runs", logs.Part ?? $"{logs.Finished:N0}");
        Row(page, "solved", $"{solved:N0} ({Percentage.Of(solved / (double)logs.Finished, "0.##")} %)");
        Row(page, "training steps", steps.ToString("N0"));
        if (logs.TrainingSeconds > 0)
            Row(page, "time", $"{logs.TrainingSeconds:#,0.0} s, {steps / logs.TrainingSeconds:#,0} seed-steps per second");

        foreach (string device in logs.Headers.Select(header => header.Session.Device).Distinct())
            Row(page, "device", device);

        LogSession first = logs.Headers.MinBy(header => header.Session.Started)!.Session;
        Row(page, "started", $"{first.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, program {first.Program}");

        page.Append("</table>\n");
    }

    private static void WriteResults(StringBuilder page, PointRuns[] points)
    {
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(points.Select(runs => runs.Point));
        HtmlPage.WriteTable(
            page,
            [.. varying.Select(setting => setting.Option[2..]), "seeds", "solved", "success", "95 % interval", "median", "95 % interval", "q1–q3", "first–last"],
            points.Take(MostRows).Select(runs => varying.Select(setting => setting.ValueOf(runs.Point)).Concat(Results(runs.Times))));
        page.Append("\n<p>Times in steps; a run that is not solved is later than all others (∞). Intervals: Wilson for success, bootstrap for the median.");
        if (points.Length > MostRows)
            page.Append($" The first {MostRows} of {points.Length} points; 'parity summary' and 'parity export' list them all.");

        page.Append("</p>\n");
    }

    private static IEnumerable<string> Results(TimeHistogram times)
    {
        SuccessRate success = SuccessRate.Of(times)!.Value;
        Interval median = Bootstrap.Quantile(times, 0.5);
        return
        [
            Number(times.Finished), Number(times.Solved), Percent(success.Rate), $"{Percent(success.Low)}–{Percent(success.High)}",
            Time(times.Quantile(0.5)), $"{Time(median.Low)}–{Time(median.High)}", $"{Time(times.Quantile(0.25))}–{Time(times.Quantile(0.75))}",
            $"{Time(times.Quantile(0))}–{Time(times.Quantile(1))}",
        ];
    }

    private static void Row(StringBuilder page, string name, string value) =>
        page.Append($"<tr><td>{HtmlPage.Text(name)}</td><td class=\"text\">{HtmlPage.Text(value)}</td></tr>\n");

    private static string Number(long value) => value.ToString("N0");

    private static string Percent(double fraction) => $"{Percentage.Of(fraction)} %";

    private static string Time(double? steps) => steps?.ToString("#,0.#") ?? "∞";
}
