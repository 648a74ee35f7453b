using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using ParityGpu.Figures.Drawing.Axes;

namespace ParityGpu.Figures.Drawing;

/// <summary>Plot models and axes in a uniform style.</summary>
internal static class Panel
{
    public const double LabelSize = 12;
    private const double LargestPlain = 1e5;

    /// <summary>Minimum distance of numbers side by side; the widest are like 1.25·10⁶.</summary>
    private const double RoomForNumber = 80;

    private static readonly OxyColor GridColour = OxyColor.FromRgb(228, 228, 228);

    /// <summary>An empty panel with a legend beside it, outside the data.</summary>
    public static PlotModel Empty(string? title = null)
    {
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 13,
            TitleFontWeight = FontWeights.Normal,
            TitleHorizontalAlignment = TitleHorizontalAlignment.CenteredWithinView,
            ClipTitle = false,
            DefaultFontSize = LabelSize,
            Padding = new OxyThickness(10, 4, 14, 8),
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            PlotAreaBorderColor = OxyColors.Black,
        };
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.RightTop,
            LegendFontSize = LabelSize,
            LegendSymbolLength = 30,
            LegendMargin = 4,
        });
        return model;
    }

    /// <summary>Puts the legend below the axes, for panels side by side.</summary>
    public static PlotModel WithLegendBelow(PlotModel panel)
    {
        foreach (LegendBase legend in panel.Legends)
        {
            legend.LegendPosition = LegendPosition.BottomCenter;
            legend.LegendOrientation = LegendOrientation.Vertical;
        }

        return panel;
    }

    public static LogarithmicAxis Log(AxisPosition position, string title, double least = double.NaN, double most = double.NaN) =>
        Style(new LogAxis { MinimumPadding = 0.04, MaximumPadding = 0.04, LabelFormatter = Power }, position, title, least, most);

    public static LinearAxis Linear(AxisPosition position, string title, double least = double.NaN, double most = double.NaN) =>
        Style(new LinearAxis { MinimumPadding = 0.03, MaximumPadding = 0.05, LabelFormatter = Plain }, position, title, least, most);

    /// <summary>An axis of times or other positive values; linear ones begin at 0.</summary>
    public static Axis Scaled(AxisScale scale, AxisPosition position, string title, double least = double.NaN, double most = double.NaN) =>
        scale == AxisScale.Log ? Log(position, title, least, most) : Linear(position, title, 0, most);

    /// <summary>An axis of fractions, 0 to 100 %.</summary>
    public static LinearAxis Percent(AxisPosition position, string title, double least = 0)
    {
        LinearAxis axis = Linear(position, title, least, 1);
        axis.MinimumPadding = axis.MaximumPadding = 0;
        axis.LabelFormatter = PercentLabel;
        return axis;
    }

    /// <summary>An axis of all fractions, with room for marks at 0 and 100 %.</summary>
    public static LinearAxis Rates(AxisPosition position, string title)
    {
        LinearAxis axis = Percent(position, title, -0.02);
        axis.Maximum = 1.03;
        axis.MajorStep = 0.2;
        return axis;
    }

    /// <summary>A fraction as an axis label: 12.5 %.</summary>
    public static string PercentLabel(double fraction) => $"{100 * fraction:0.##} %";

    /// <summary>A number as an axis label: 300, 0.05, 10⁶, 3·10⁶.</summary>
    public static string Plain(double value)
    {
        double size = Math.Abs(value);
        if (size == 0 || (size < LargestPlain && size >= 1e-3))
            return value.ToString("0.######");

        return Power(value);
    }

    /// <summary>Gives an axis the look of all others.</summary>
    public static T Style<T>(T axis, AxisPosition position, string title, double least, double most)
        where T : Axis
    {
        axis.Position = position;
        axis.Title = title;
        axis.Minimum = least;
        axis.Maximum = most;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = GridColour;
        axis.TickStyle = TickStyle.Outside;
        axis.AxisTitleDistance = 9;
        axis.ClipTitle = false;
        if (position == AxisPosition.Bottom)
            axis.IntervalLength = RoomForNumber;

        return axis;
    }

    private static string Power(double value)
    {
        double size = Math.Abs(value);
        if (size < LargestPlain && size >= 1e-2)
            return value.ToString("0.####");

        int exponent = (int)Math.Floor(Math.Log10(size) + 1e-9);
        double factor = Math.Round(value / Math.Pow(10, exponent), 3);
        string power = $"10^{{{exponent}}}";
        return factor == 1 ? power : $"{factor:0.##}·{power}";
    }
}
