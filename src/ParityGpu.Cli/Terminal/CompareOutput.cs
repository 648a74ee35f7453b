using ParityGpu.Cli.Options;
using ParityGpu.Cli.Theory;
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
    public static void Write(TextWriter output, string format, string[] logs, IReadOnlyList<PointComparison> rows)
    {
        SpecSetting[] differing = [.. SpecSetting.OfPoints.Where(setting => rows.Any(row => Value(setting, row.A) != Value(setting, row.B)))];
        SpecSetting[] varying = [.. SpecSetting.OfPoints.Where(setting => Varies(setting, rows))];
        if (format == "text")
        {
            SettingValue.WriteLine(output, rows[0].A.Point, [.. differing, .. varying]);
            WriteSides(output, logs, rows[0], [.. differing.Except(varying)]);
            output.WriteLine();
        }

        Table([.. differing], [.. varying], rows.Count > 1).Write(output, format, rows);
    }

    /// <summary>What the two sides of all pairs are, where it is the same for all.</summary>
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

    private static ResultTable<PointComparison> Table(HashSet<SpecSetting> differing, HashSet<SpecSetting> varying, bool several)
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
        fields.Add(new("ratio", row => row.Ratio.Ratio, "B/A", row => Number(row.Ratio.Ratio)));
        fields.Add(new("ratioLow", row => row.Ratio.Interval.Low, "95% interval", row => Interval(row.Ratio.Interval)));
        fields.Add(new("ratioHigh", row => row.Ratio.Interval.High));
        fields.Add(new("logRankChiSquared", row => row.LogRank?.ChiSquared));
        fields.Add(new("logRankP", row => row.LogRank?.P.P, "log-rank p", row => row.LogRank?.P.ToString() ?? "-"));
        fields.Add(new("logRankLog10P", row => row.LogRank?.P.Log10));
        fields.Add(new("logRankHolmP", row => row.LogRankHolm?.P, several ? "Holm p" : null, row => row.LogRankHolm?.ToString() ?? "-"));
        fields.Add(new("ksDistance", row => row.KolmogorovSmirnov?.Distance));
        fields.Add(new("ksP", row => row.KolmogorovSmirnov?.P.P, "KS p", row => row.KolmogorovSmirnov?.P.ToString() ?? "-"));
        fields.Add(new("ksLog10P", row => row.KolmogorovSmirnov?.P.Log10));
        return new ResultTable<PointComparison>([.. fields]);
    }

    private static IEnumerable<Field<PointComparison>> Success(string side, Func<PointComparison, PointSummary> of) =>
    [
        new($"seeds{side}", row => of(row).Seeds),
        new($"solved{side}", row => of(row).Solved),
        new($"successRate{side}", row => of(row).SuccessRate, $"solved {side}", row =>
            of(row).SuccessRate is { } rate ? $"{100 * rate:0.#}%" : "-"),
        new($"successLow{side}", row => of(row).SuccessLow),
        new($"successHigh{side}", row => of(row).SuccessHigh),
    ];

    private static IEnumerable<Field<PointComparison>> Median(string side, Func<PointComparison, PointSummary> of) =>
    [
        new($"median{side}", row => of(row).Median, $"median {side}", row => SummaryOutput.Time(of(row), of(row).Median)),
        new($"medianLow{side}", row => of(row).MedianInterval.Low),
        new($"medianHigh{side}", row => of(row).MedianInterval.High),
    ];

    private static bool Varies(SpecSetting setting, IReadOnlyList<PointComparison> rows) =>
        rows.Select(row => (Value(setting, row.A), Value(setting, row.B))).Distinct().Count() > 1;

    private static string Value(SpecSetting setting, PointSummary summary) => setting.ValueOf(summary.Point);

    private static string Number(double? value) => value is not { } ratio ? "-" : ratio < 10 ? $"{ratio:0.00}" : $"{ratio:0.#}";

    private static string Interval(Interval interval) => interval switch
    {
        { Low: null or 0, High: null } => "-",
        { High: null } => $">{Number(interval.Low)}",
        { Low: null or 0 } => $"<{Number(interval.High)}",
        _ => $"{Number(interval.Low)}-{Number(interval.High)}",
    };
}
