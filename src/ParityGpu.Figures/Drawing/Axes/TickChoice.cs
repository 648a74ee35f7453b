using OxyPlot.Axes;

namespace ParityGpu.Figures.Drawing.Axes;

/// <summary>Round numbers along a logarithmic axis, as many as fit.</summary>
internal static class TickChoice
{
    /// <summary>Labels that are enough: a denser set only makes a panel busy.</summary>
    private const int Enough = 4;

    /// <summary>Longest part of an axis without a label that is still read easily.</summary>
    private const double LongestBare = 0.42;

    /// <summary>Width of a letter relative to the font size, in a wide sans-serif font.</summary>
    private const double LetterWidth = 0.66;

    private const double Gap = 10;
    private const double LineSpacing = 2.2;

    private static readonly int[] Strides = [10, 5, 3, 2, 1];
    private static readonly double[][] Multiples = [[1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]];

    /// <summary>Values to label and values to mark by a short tick.</summary>
    /// <param name="axis">The axis, already placed on the screen.</param>
    /// <param name="least">First value, above 0.</param>
    /// <param name="most">Last value.</param>
    /// <param name="place">Screen coordinate of a value.</param>
    /// <param name="label">Text of a value.</param>
    public static (double[] Labelled, double[] Others) Of(Axis axis, double least, double most, Func<double, double> place, Func<double, string> label)
    {
        double[] best = [];
        bool covers = false;
        foreach (double[] values in Sets(least, most))
        {
            if (best.Length >= Enough && covers)
                break;

            bool covering = Covers(values);
            if ((values.Length > best.Length || covering) && (covering || !covers) && Fit(axis, [.. values.Select(value => (place(value), label(value)))]))
                (best, covers) = (values, covering);
        }

        double[] others = Math.Log10(most / least) > 8 ? Decades(least, most, 1, [1]) : Decades(least, most, 1, Multiples[^1]);
        return (best, [.. others.Except(best)]);

        // Whether no long stretch is left without a label.
        bool Covers(double[] values)
        {
            double[] along = [.. values.Append(least).Append(most).Select(place).Order()];
            return along.Zip(along.Skip(1), (left, right) => right - left).Max() < LongestBare * (along[^1] - along[0]);
        }
    }

    /// <summary>Whether labels stand apart from each other.</summary>
    public static bool Fit(Axis axis, IReadOnlyList<(double At, string Label)> labels)
    {
        const double Size = Panel.LabelSize;
        double Reach(string text) => axis.IsHorizontal() ? (Length(text) * Size) + Gap : LineSpacing * Size;
        var ordered = labels.OrderBy(label => label.At).ToArray();
        return ordered.Zip(ordered.Skip(1)).All(pair => pair.Second.At - pair.First.At >= (Reach(pair.First.Label) + Reach(pair.Second.Label)) / 2);
    }

    /// <summary>Width of a text in font sizes; exponents are set smaller.</summary>
    private static double Length(string text)
    {
        int exponent = text.IndexOf("^{", StringComparison.Ordinal);
        return LetterWidth * (exponent < 0 ? text.Length : exponent + (0.7 * (text.Length - exponent - 3)));
    }

    /// <summary>From the thinnest set to the densest.</summary>
    private static IEnumerable<double[]> Sets(double least, double most)
    {
        foreach (int stride in Strides)
            yield return Decades(least, most, stride, [1]);

        foreach (double[] multiples in Multiples)
            yield return Decades(least, most, 1, multiples);

        double size = Math.Pow(10, Math.Ceiling(Math.Log10(most - least)));
        foreach (double part in new[] { 0.5, 0.2, 0.1, 0.05, 0.02 })
        {
            double step = part * size;
            double first = Math.Ceiling(least / step);
            yield return [.. Enumerable.Range(0, Math.Max(0, (int)(Math.Floor((most / step) + 1e-9) - first) + 1)).Select(i => (first + i) * step)];
        }
    }

    private static double[] Decades(double least, double most, int stride, double[] multiples)
    {
        int lowest = (int)Math.Floor(Math.Log10(least));
        int highest = (int)Math.Floor(Math.Log10(most) + 1e-9);
        return
        [
            .. from decade in Enumerable.Range(lowest, highest - lowest + 1)
            where decade % stride == 0
            from multiple in multiples
            let value = multiple * Math.Pow(10, decade)
            where value >= least * (1 - 1e-9) && value <= most * (1 + 1e-9)
            select value,
        ];
    }
}
