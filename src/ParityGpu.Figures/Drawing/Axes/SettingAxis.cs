using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Drawing.Axes;

/// <summary>
/// A bottom axis with a place for each value of a swept setting: numbers on a linear or logarithmic scale, 0 to the left of a logarithmic one, and
/// words (sgd, online) side by side at the right. Its coordinates are places: the number or its decimal logarithm, then steps of <see cref="Gap"/>
/// beyond the numbers. On every scale, a mark is put beside a value by adding to its place.
/// </summary>
internal sealed class SettingAxis : LinearAxis
{
    /// <summary>Unless a scale is chosen, numbers that span more than this are put on a logarithmic scale even if there is a 0.</summary>
    private const double LargestLinearSpan = 20;

    private const double Tilt = -30;

    private readonly AxisScale scale;
    private readonly Dictionary<string, double> places = [];
    private readonly Dictionary<double, string> labels = [];
    private readonly double first = double.NaN;
    private readonly double last = double.NaN;
    private readonly int words;

    /// <param name="setting">The setting.</param>
    /// <param name="points">Points with its values.</param>
    /// <param name="chosen">Scale of its numbers; null for logarithmic if that shows all of them, or if those above 0 span a wide range.</param>
    /// <exception cref="UserErrorException">A scale is chosen for words.</exception>
    public SettingAxis(SpecSetting setting, IEnumerable<Point> points, AxisScale? chosen = null)
    {
        string[] values = [.. points.Select(setting.ValueOf).Distinct()];
        double[] numbers = [.. values.Select(Number).Where(double.IsFinite).Order()];
        if (numbers.Length == 0 && chosen is not null)
            throw new UserErrorException($"--x-scale {new NameKind<AxisScale>().Format(chosen.Value)}: must be used with a numeric x; the values of {setting.Option[2..]} are words");

        double[] positive = [.. numbers.Where(number => number > 0)];
        bool zero = positive.Length < numbers.Length;
        scale = positive.Length == 0 ? AxisScale.Linear
            : chosen ?? (zero && positive[^1] <= LargestLinearSpan * positive[0] ? AxisScale.Linear : AxisScale.Log);
        double[] scaled = [.. (scale == AxisScale.Log ? positive : numbers).Select(At)];
        double closest = scaled.Zip(scaled.Skip(1), (left, right) => right - left).DefaultIfEmpty(double.NaN).Min();
        double range = scaled.Length == 0 ? 0 : scaled[^1] - scaled[0];
        Gap = double.IsNaN(closest) ? 1 : Math.Clamp(closest, range / 8, Math.Max(range / 2, closest));
        HasBreak = scale == AxisScale.Log && zero;
        if (scaled.Length > 0)
            (first, last) = (scaled[0], scaled[^1]);

        foreach (string value in values)
        {
            double number = Number(value);
            double place = !double.IsFinite(number) ? (scaled.Length == 0 ? -Gap : last) + (Gap * (1 + words++))
                : scale == AxisScale.Log && number == 0 ? first - Gap : At(number);
            places[value] = place;
            labels[place] = double.IsFinite(number) ? Panel.Plain(number) : value;
        }

        double[] ordered = [.. places.Values.Order()];
        Closest = ordered.Zip(ordered.Skip(1), (left, right) => right - left).DefaultIfEmpty(1).Min();
        double room = Math.Max(Closest / 2, (ordered[^1] - ordered[0]) * 0.04);
        Panel.Style(this, AxisPosition.Bottom, SettingNames.Axis(setting), ordered[0] - room, ordered[^1] + room);
        MinimumPadding = MaximumPadding = 0;
        LabelFormatter = Label;
        if (scaled.Length == 0)
            MajorGridlineStyle = LineStyle.None;

        Setting = setting;
    }

    public SpecSetting Setting { get; }

    /// <summary>Distance of the two closest places.</summary>
    public double Closest { get; }

    /// <summary>Distance of 0 and of words from the numbers.</summary>
    public double Gap { get; }

    /// <summary>Whether 0 is placed beside a logarithmic scale.</summary>
    public bool HasBreak { get; }

    /// <summary>Place of a point.</summary>
    public double PlaceOf(Point point) => places[Setting.ValueOf(point)];

    /// <summary>Place of a number above 0.</summary>
    public double At(double number) => scale == AxisScale.Log ? Math.Log10(number) : number;

    /// <summary>Numbers between two given ones, evenly spaced along the axis.</summary>
    /// <param name="from">A number above 0.</param>
    /// <param name="to">Another.</param>
    /// <param name="parts">Number of intervals between them.</param>
    /// <param name="beyond">Distance by which they extend beyond both ends.</param>
    public IEnumerable<double> Between(double from, double to, int parts, double beyond = 0)
    {
        double begin = scale == AxisScale.Log ? At(from) - beyond : Math.Max(from / 2, from - beyond);
        double end = At(to) + beyond;
        return Enumerable.Range(0, parts + 1).Select(i => NumberAt(begin + ((end - begin) * i / parts)));
    }

    /// <summary>Draws lines where the scale of the numbers ends.</summary>
    public void MarkBreaks(PlotModel panel)
    {
        if (HasBreak)
            Mark(first - (Gap / 2));

        if (words > 0 && double.IsFinite(last))
            Mark(last + (Gap / 2));

        void Mark(double place) => panel.Annotations.Add(new LineAnnotation
        {
            Type = LineAnnotationType.Vertical,
            X = place,
            Color = OxyColors.Gray,
            LineStyle = LineStyle.Dash,
            StrokeThickness = 0.8,
            Layer = AnnotationLayer.BelowSeries,
        });
    }

    public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        minorTickValues = [];
        double[] all = [.. labels.Keys.Order()];
        bool fit = Fit(all);
        if (!fit && !double.IsFinite(first))
            Angle = Tilt;

        double[] apart = [.. all.Where(place => !(place >= first && place <= last))];
        majorTickValues = majorLabelValues = fit || !double.IsFinite(first) ? all : [.. Round().Concat(apart)];
        if (!fit)
            minorTickValues = [.. all.Except(majorLabelValues)];
    }

    private bool Fit(IEnumerable<double> at) => TickChoice.Fit(this, [.. at.Select(place => (Transform(place), Label(place)))]);

    /// <summary>Round numbers in the range of the numbers.</summary>
    private IEnumerable<double> Round()
    {
        if (scale == AxisScale.Log)
        {
            return TickChoice.Of(this, NumberAt(first), NumberAt(last), number => Transform(At(number)), number => Label(At(number)))
                .Labelled.Select(At);
        }

        base.GetTickValues(out IList<double> round, out _, out _);
        return round.Where(place => place >= first && place <= last);
    }

    private string Label(double place) => labels.TryGetValue(place, out string? label) ? label : Panel.Plain(NumberAt(place));

    private double NumberAt(double place) => scale == AxisScale.Log ? Math.Pow(10, place) : place;

    /// <summary>A value as a number; NaN for a word.</summary>
    public static double Number(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}
