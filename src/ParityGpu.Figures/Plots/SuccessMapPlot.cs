using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>The success rate over two swept settings.</summary>
internal static class SuccessMapPlot
{
    private const double CellWidth = 62;
    private const double CellHeight = 34;

    public static Figure Draw(PlotRequest request)
    {
        IReadOnlyList<SpecSetting> varying = SettingNames.Varying(request.Points.Select(runs => runs.Point));
        SpecSetting x = request.X ?? Choose(varying, request.Y, "--x");
        SpecSetting y = request.Y ?? Choose(varying, x, "--y");
        SpecSetting[] others = [.. varying.Where(setting => setting != x && setting != y)];
        var groups = request.Points.GroupBy(runs => PointSeries.LabelOf(runs.Point, others)).ToArray();
        if (groups.Length > PointSeries.Most)
        {
            throw new UserErrorException(
                $"{groups.Length} maps, told apart by {string.Join(", ", others.Select(setting => setting.Option[2..]))}: must be at most "
                + $"{PointSeries.Most}; choose with --where");
        }

        string[] columns = Values(request.Points, x);
        string[] rows = Values(request.Points, y);
        PlotModel[] panels = [.. groups.Select((group, i) => Map(group.Key, [.. group], (x, columns), (y, rows), scale: i % 2 == 1 || groups.Length == 1))];
        int across = panels.Length > 1 ? 2 : 1;
        string caption = $"Fraction of {request.Seeds} seeds that are solved within the step limit, in percent; crossed cells were not run.";
        return request.Figure($"Success over {SettingNames.Axis(x)} and {SettingNames.Axis(y)}", caption, panels, TimeTable.Of(request.Points)) with
        {
            Columns = across,
            Width = Math.Max(520, across * (170 + (columns.Length * CellWidth))),
            RowHeight = 110 + (Math.Max(3, rows.Length) * CellHeight),
        };
    }

    /// <summary>The first swept setting that is not taken yet.</summary>
    private static SpecSetting Choose(IReadOnlyList<SpecSetting> varying, SpecSetting? taken, string option) =>
        varying.FirstOrDefault(setting => setting != taken)
        ?? throw new UserErrorException($"{option}: the log has fewer than two swept settings; must be a map over two of them");

    private static string[] Values(IReadOnlyList<PointRuns> points, SpecSetting setting)
    {
        string[] values = [.. points.Select(runs => SettingNames.Value(setting, runs.Point)).Distinct()];
        return setting.IsNumber ? [.. values.OrderBy(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))] : values;
    }

    private static PlotModel Map(
        string title, PointRuns[] points, (SpecSetting Setting, string[] Values) x, (SpecSetting Setting, string[] Values) y, bool scale)
    {
        PlotModel panel = Panel.Empty(title);
        panel.Legends.Clear();
        panel.PlotAreaBorderThickness = new OxyThickness(0);
        panel.Axes.Add(Categories(AxisPosition.Bottom, x.Setting, x.Values));
        panel.Axes.Add(Categories(AxisPosition.Left, y.Setting, y.Values));
        panel.Axes.Add(new LinearColorAxis
        {
            Position = AxisPosition.Right, Palette = OxyPalettes.Viridis(256), Minimum = 0, Maximum = 1, Title = scale ? "solved" : null,
            LabelFormatter = value => $"{100 * value:0} %", InvalidNumberColor = OxyColors.White,
        });
        var rates = new double[x.Values.Length, y.Values.Length];
        foreach (int column in Enumerable.Range(0, x.Values.Length))
        {
            foreach (int row in Enumerable.Range(0, y.Values.Length))
                rates[column, row] = double.NaN;
        }

        foreach (PointRuns runs in points)
        {
            int column = Array.IndexOf(x.Values, SettingNames.Value(x.Setting, runs.Point));
            int row = Array.IndexOf(y.Values, SettingNames.Value(y.Setting, runs.Point));
            rates[column, row] = runs.Times.Runs > 0 ? runs.Times.Solved / (double)runs.Times.Runs : double.NaN;
        }

        panel.Series.Add(new HeatMapSeries
        {
            X0 = 0, X1 = x.Values.Length - 1, Y0 = 0, Y1 = y.Values.Length - 1, Data = rates, Interpolate = false, RenderMethod = HeatMapRenderMethod.Rectangles,
        });
        foreach (int column in Enumerable.Range(0, x.Values.Length))
        {
            foreach (int row in Enumerable.Range(0, y.Values.Length))
                panel.Annotations.Add(Number(column, row, rates[column, row]));
        }

        return panel;
    }

    private static TextAnnotation Number(int column, int row, double rate) => new()
    {
        Text = double.IsNaN(rate) ? "×" : $"{100 * rate:0}",
        TextPosition = new DataPoint(column, row),
        TextColor = rate < 0.6 ? OxyColors.White : OxyColors.Black,
        StrokeThickness = 0,
        FontSize = 12,
        TextHorizontalAlignment = HorizontalAlignment.Center,
        TextVerticalAlignment = VerticalAlignment.Middle,
    };

    private static CategoryAxis Categories(AxisPosition position, SpecSetting setting, string[] values)
    {
        var axis = new CategoryAxis { Position = position, Title = SettingNames.Axis(setting), GapWidth = 0, AxisTitleDistance = 6 };
        axis.Labels.AddRange(values);
        return axis;
    }
}
