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

    /// <summary>With this many columns, cells are only as wide as their number.</summary>
    private const int ManyColumns = 12;
    private const double NarrowCell = 34;

    /// <summary>Longer column names are tilted, which takes height.</summary>
    private const int MostLevel = 7;
    private const double UprightRoom = 50;

    public static Figure Draw(PlotRequest request)
    {
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        SpecSetting x = request.X ?? Choose(varying, request.Y, "--x");
        SpecSetting y = request.Y ?? Choose(varying, x, "--y");
        if (x == y)
            throw new UserErrorException($"--y {y.Option[2..]}: must be another setting than --x");

        SpecSetting[] others = [.. varying.Where(setting => setting != x && setting != y)];
        var groups = request.Points.GroupBy(runs => PointSeries.LabelOf(runs.Point, others)).ToArray();
        if (groups.Length > PointSeries.Most)
        {
            throw new UserErrorException(
                $"{groups.Length} maps, one for each combination of {string.Join(", ", others.Select(setting => setting.Option[2..]))}; must be at most "
                + $"{PointSeries.Most}; select with --where");
        }

        string[] columns = Values(request.Points, x);
        string[] rows = Values(request.Points, y);
        PlotModel[] panels = [.. groups.Select((group, i) => Map(group.Key, [.. group], (x, columns), (y, rows), scale: i % 2 == 1 || i == groups.Length - 1))];
        int across = panels.Length > 1 ? 2 : 1;
        bool upright = columns.Any(text => text.Length > MostLevel);
        double cell = columns.Length > ManyColumns ? NarrowCell : CellWidth;
        string caption = $"Fraction of {request.Seeds} that are solved within the step limit, in percent; crossed cells were not run.";
        return request.Figure($"Success over {SettingNames.Axis(x)} and {SettingNames.Axis(y)}", caption, panels, TimeTable.Of(request)) with
        {
            Columns = across,
            Width = Math.Max(520, across * (170 + (7 * rows.Max(text => text.Length)) + (columns.Length * cell))),
            RowHeight = 110 + (upright ? UprightRoom : 0) + (Math.Max(3, rows.Length) * CellHeight),
        };
    }

    /// <summary>The first swept setting that is not used yet.</summary>
    private static SpecSetting Choose(IReadOnlyList<SpecSetting> varying, SpecSetting? taken, string option) =>
        varying.FirstOrDefault(setting => setting != taken)
        ?? throw new UserErrorException($"{option}: the log has fewer than two swept settings; must be a log with two to map");

    private static string[] Values(IReadOnlyList<PointRuns> points, SpecSetting setting)
    {
        string[] values = [.. points.Select(runs => setting.ValueOf(runs.Point)).Distinct()];
        return setting.IsNumber ? [.. values.OrderBy(double.Parse)] : values;
    }

    private static PlotModel Map(
        string title, PointRuns[] points, (SpecSetting Setting, string[] Values) x, (SpecSetting Setting, string[] Values) y, bool scale)
    {
        var rates = new double?[x.Values.Length, y.Values.Length];
        foreach (PointRuns runs in points.Where(runs => runs.Times.Runs > 0))
        {
            int column = Array.IndexOf(x.Values, x.Setting.ValueOf(runs.Point));
            int row = Array.IndexOf(y.Values, y.Setting.ValueOf(runs.Point));
            rates[column, row] = runs.Times.SolvedFraction!.Value;
        }

        return Map(
            title, Categories(AxisPosition.Bottom, SettingNames.Axis(x.Setting), x.Values),
            Categories(AxisPosition.Left, SettingNames.Axis(y.Setting), y.Values), rates, scale, (column, row) => Percent(rates[column, row]));
    }

    /// <summary>A map of rates with a text in each cell.</summary>
    /// <param name="title">Above the map.</param>
    /// <param name="x">Columns, from left to right.</param>
    /// <param name="y">Rows, from bottom to top.</param>
    /// <param name="rates">Rates of columns and rows, 0 to 1; null for cells that were not run.</param>
    /// <param name="scale">Whether the colour scale has its title.</param>
    /// <param name="text">Text of a column and row.</param>
    public static PlotModel Map(string title, CategoryAxis x, CategoryAxis y, double?[,] rates, bool scale, Func<int, int, string> text)
    {
        PlotModel panel = Panel.Empty(title);
        panel.Legends.Clear();
        panel.PlotAreaBorderThickness = new OxyThickness(0);
        panel.Axes.Add(x);
        panel.Axes.Add(y);
        panel.Axes.Add(new LinearColorAxis
        {
            Position = AxisPosition.Right,
            Palette = OxyPalettes.Viridis(256),
            Minimum = 0,
            Maximum = 1,
            Title = scale ? "solved" : null,
            LabelFormatter = value => $"{100 * value:0} %",
            InvalidNumberColor = OxyColors.White,
        });
        int columns = rates.GetLength(0);
        int rows = rates.GetLength(1);
        var data = new double[columns, rows];
        foreach (int column in Enumerable.Range(0, columns))
        {
            foreach (int row in Enumerable.Range(0, rows))
            {
                data[column, row] = rates[column, row] ?? double.NaN;
                panel.Annotations.Add(Number(column, row, text(column, row), rates[column, row]));
            }
        }

        panel.Series.Insert(0, new HeatMapSeries
        {
            X0 = 0,
            X1 = columns - 1,
            Y0 = 0,
            Y1 = rows - 1,
            Data = data,
            Interpolate = false,
            RenderMethod = HeatMapRenderMethod.Rectangles,
        });
        return panel;
    }

    /// <summary>A rate in percent, or a cross if there is none.</summary>
    public static string Percent(double? rate) => rate is { } known ? Percentage.Of(known, "0") : "×";

    /// <summary>An axis of named columns or rows.</summary>
    public static CategoryAxis Categories(AxisPosition position, string title, IEnumerable<string> values)
    {
        var axis = new CategoryAxis { Position = position, Title = title, GapWidth = 0, AxisTitleDistance = 6, ClipTitle = false };
        axis.Labels.AddRange(values);
        if (position == AxisPosition.Bottom && axis.Labels.Any(label => label.Length > MostLevel))
            axis.Angle = -35;

        return axis;
    }

    private static TextAnnotation Number(int column, int row, string text, double? rate) => new()
    {
        Text = text,
        TextPosition = new DataPoint(column, row),
        TextColor = rate < 0.6 ? OxyColors.White : OxyColors.Black,
        StrokeThickness = 0,
        FontSize = 12,
        TextHorizontalAlignment = HorizontalAlignment.Center,
        TextVerticalAlignment = VerticalAlignment.Middle,
    };
}
