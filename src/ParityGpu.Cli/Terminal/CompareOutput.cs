using ParityGpu.Cli.Options;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Terminal;

/// <summary>Comparisons of points as text, JSON and CSV.</summary>
internal static class CompareOutput
{
    /// <summary>
    /// Writes comparisons.
    /// </summary>
    /// <param name="output">Receives them.</param>
    /// <param name="format">text, json or csv.</param>
    /// <param name="logs">The log of each side, or none if both sides come from the same ones.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="builders">Have read the logs.</param>
    public static void Write(
        TextWriter output, string format, string[] logs, IReadOnlyList<PointComparison> rows, IReadOnlyList<SummaryBuilder> builders)
    {
        SpecSetting[] differing = [.. SpecSetting.OfPoints.Where(setting => rows.Any(row => Value(setting, row.A) != Value(setting, row.B)))];
        SpecSetting[] varying = [.. SpecSetting.OfPoints.Where(setting => Varies(setting, rows))];
        if (format == "text")
        {
            SettingValue.WriteLine(output, rows[0].A.Point, [.. differing, .. varying]);
            WriteSides(output, logs, rows[0], [.. differing.Except(varying)]);
            output.WriteLine();
        }

        Table([.. differing], [.. varying], rows).Write(output, format, rows);
        if (format == "text")
            WriteMethods(output, rows, builders);
    }

    /// <summary>Names the statistics, and says which data they are computed from.</summary>
    private static void WriteMethods(TextWriter output, IReadOnlyList<PointComparison> rows, IReadOnlyList<SummaryBuilder> builders)
    {
        output.WriteLine();
        if (rows.Any(row => row.Pairs is not null))
        {
            string[] tests =
            [
                .. rows.Select(row => row.Paired?.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(name => name == PairedTest.SignedRank
                    ? "Wilcoxon signed-rank test of log times" : "paired Prentice-Wilcoxon test (censored runs)"),
            ];
            output.WriteLine("Runs with the same seed are pairs (--independent treats them as unpaired).");
            output.WriteLine("95% interval: paired bootstrap of the ratio of medians.");
            output.WriteLine($"p: {string.Join(", ", tests)}.");
            output.WriteLine("tau: Kendall's correlation within pairs, where the order is known.");
        }

        if (rows.Any(row => row.Pairs is null))
        {
            output.WriteLine("Independent samples: bootstrap of the ratio of medians, log-rank test,");
            output.WriteLine("Kolmogorov-Smirnov test.");
        }

        output.WriteLine("need: seeds to detect such a difference at the 5 % level with 80 % power.");
        foreach ((int index, string? part) in builders.Select(builder => builder.Part).Index())
        {
            if (part is not null)
                ScreenText.Write(output, $"{(builders.Count == 2 ? index == 0 ? "A: " : "B: " : "")}{part}");
        }
    }

    /// <summary>Describes the two sides, as far as they are the same for all pairs.</summary>
    private static void WriteSides(TextWriter output, string[] logs, PointComparison first, SpecSetting[] constant)
    {
        (string Name, PointSummary Summary)[] sides = [("A", first.A), ("B", first.B)];
        for (int i = 0; i < sides.Length; i++)
        {
            string[] words =
            [
                .. logs.Skip(i).Take(1),
                .. constant.Select(setting => $"{setting.Option[2..]} {Value(setting, sides[i].Summary)}"),
            ];
            if (words.Length > 0)
                output.WriteLine($"{sides[i].Name}: {string.Join(", ", words)}");
        }
    }

    private static ResultTable<PointComparison> Table(HashSet<SpecSetting> differing, HashSet<SpecSetting> varying, IReadOnlyList<PointComparison> rows)
    {
        var fields = new List<Field<PointComparison>>();
        foreach (SpecSetting setting in SpecSetting.OfPoints)
        {
            string? heading = varying.Contains(setting) ? setting.Option[2..] : null;
            if (differing.Contains(setting))
            {
                fields.Add(new(setting.Name + "A", row => SettingValue.Of(setting, row.A.Point), heading is null ? null : heading + " A"));
                fields.Add(new(setting.Name + "B", row => SettingValue.Of(setting, row.B.Point), heading is null ? null : heading + " B"));
            }
            else
            {
                fields.Add(new(setting.Name, row => SettingValue.Of(setting, row.A.Point), heading));
            }
        }

        fields.AddRange([.. Success("A", row => row.A), .. Success("B", row => row.B), .. Median("A", row => row.A), .. Median("B", row => row.B)]);
        bool several = rows.Count > 1;
        bool paired = rows.Any(row => row.Pairs is not null);
        bool independent = rows.Any(row => row.Pairs is null);
        fields.Add(new("ratio", row => row.Ratio.Ratio, "B/A", row => Ratio(row.Ratio)));
        fields.Add(new("ratioLow", row => row.Ratio.Interval.Low, "95% interval", row => Interval(row.Ratio.Interval)));
        fields.Add(new("ratioHigh", row => row.Ratio.Interval.High));
        fields.Add(new("pairs", row => row.Pairs, paired ? "pairs" : null, row => row.Pairs is { } pairs ? $"{pairs}" : "-"));
        fields.Add(new("correlation", row => row.Correlation, paired ? "tau" : null, row => row.Correlation is { } tau ? $"{tau:0.00}" : "-"));
        fields.Add(new("test", row => row.Paired?.Name ?? (row.LogRank is null ? null : "log-rank")));
        fields.Add(new("z", row => row.Paired?.Z));
        fields.Add(new("p", row => row.P?.P, paired ? "p" : "log-rank p", row => row.P?.ToString() ?? "-"));
        fields.Add(new("holmP", row => row.HolmP?.P, several ? "Holm p" : null, row => row.HolmP?.ToString() ?? "-"));
        fields.Add(new("logRankChiSquared", row => row.LogRank?.ChiSquared));
        fields.Add(new("ksDistance", row => row.KolmogorovSmirnov?.Distance));
        fields.Add(new("ksP", row => row.KolmogorovSmirnov?.P.P, independent ? "KS p" : null, row => row.KolmogorovSmirnov?.P.ToString() ?? "-"));
        fields.Add(new("seedsNeeded", row => row.SeedsNeeded, "need", row => row.SeedsNeeded is { } seeds and < 1e7 ? $"{seeds:0}" : "-"));
        return new ResultTable<PointComparison>(fields);
    }

    private static IEnumerable<Field<PointComparison>> Success(string side, Func<PointComparison, PointSummary> of) =>
    [
        new($"seeds{side}", row => of(row).Seeds),
        new($"planned{side}", row => of(row).Planned),
        new($"inFlight{side}", row => of(row).InFlight),
        new($"diverged{side}", row => of(row).Diverged),
        new($"solved{side}", row => of(row).Solved),
        new($"successRate{side}", row => of(row).SuccessRate, $"solved {side}", row =>
            of(row).SuccessRate is { } rate ? $"{Percentage.Of(rate, "0.#")}%" : "-"),
        new($"successLow{side}", row => of(row).SuccessLow),
        new($"successHigh{side}", row => of(row).SuccessHigh),
    ];

    private static IEnumerable<Field<PointComparison>> Median(string side, Func<PointComparison, PointSummary> of) =>
    [
        new($"median{side}", row => of(row).Median, $"median {side}", row => SummaryOutput.Time(of(row), of(row).Median, 0.5)),
        new($"medianLow{side}", row => of(row).MedianInterval.Low),
        new($"medianHigh{side}", row => of(row).MedianInterval.High),
    ];

    private static bool Varies(SpecSetting setting, IReadOnlyList<PointComparison> rows) =>
        rows.Select(row => (Value(setting, row.A), Value(setting, row.B))).Distinct().Count() > 1;

    private static string Value(SpecSetting setting, PointSummary summary) => setting.ValueOf(summary.Point);

    /// <summary>An infinite median makes the ratio 0 or infinite: only the other side is solved.</summary>
    private static string Ratio(MedianRatio ratio) => ratio.Ratio switch
    {
        0 => "B only",
        double.PositiveInfinity => "A only",
        _ => Number(ratio.Ratio),
    };

    private static string Number(double? value) => value is not { } ratio ? "-" : ratio < 10 ? $"{ratio:0.00}" : $"{ratio:0.#}";

    private static string Interval(Interval interval) => interval switch
    {
        { Low: double.PositiveInfinity } => "infinite",
        { Low: null or 0, High: null } => "-",
        { High: null } => $">{Number(interval.Low)}",
        { Low: null or 0, High: > 0 } => $"<{Number(interval.High)}",
        { High: 0 } => Number(0),
        _ => $"{Number(interval.Low)}-{Number(interval.High)}",
    };
}
