using ParityGpu.Figures.Plots;

namespace ParityGpu.Figures.Published;

/// <summary>Medians and quartiles of the paper's figures 1 right, 2 and 14, read off its vector figures.</summary>
internal static class PublishedValues
{
    /// <summary>Figure 1 right: a network of the paper and k; x is n.</summary>
    public static IReadOnlyList<(double X, double Median)> Figure1Right(string network, int k) =>
        [.. EmbeddedTable.Rows("figure1_right.csv").Where(row => row[0] == network && row[1] == $"{k}").Select(row => (Number(row[2]), Number(row[3])))];

    /// <summary>Figure 2 left, PolyNet, k = 3: first quartile, median and third quartile of a million runs; empty if n is not published.</summary>
    public static double[] Figure2Left(int n) =>
        [.. EmbeddedTable.Rows("figure2_left.csv").Where(row => row[0] == $"{n}").SelectMany(row => row[1..4]).Select(Number)];

    /// <summary>Figure 2 right, ReLU-100: x is n.</summary>
    public static IReadOnlyList<(double X, double Median)> Figure2Right(int k) =>
        [.. EmbeddedTable.Rows("figure2_right.csv").Where(row => row[0] == $"{k}").Select(row => (Number(row[1]), Number(row[2])))];

    /// <summary>Figure 14, n = 30, k = 3: x is the width.</summary>
    public static IReadOnlyList<(double X, double Median, double? Q1, double? Q3)> Figure14() =>
        [.. EmbeddedTable.Rows("figure14_n30.csv").Select(row => (Number(row[2]), Number(row[3]), (double?)Number(row[4]), (double?)Number(row[5])))];

    /// <summary>The median at an x; null if none is published.</summary>
    public static double? Median(IEnumerable<(double X, double Median)> values, double x) =>
        values.FirstOrDefault(value => value.X == x) is { X: > 0 } value ? value.Median : null;

    /// <summary>Medians without quartiles as a series to be drawn.</summary>
    public static PublishedSeries Series(string label, IEnumerable<(double X, double Median)> points) =>
        new(label, [.. points.Select(point => (point.X, point.Median, (double?)null, (double?)null))]);

    private static double Number(string text) => double.Parse(text);
}
