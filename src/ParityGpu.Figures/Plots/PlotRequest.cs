using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>What to draw.</summary>
internal sealed record PlotRequest : FigureOptions
{
    /// <param name="points">The points and their runs, whose times are counted as the options say; at least one run.</param>
    /// <param name="options">How to draw them, if not as usual.</param>
    public PlotRequest(IReadOnlyList<PointRuns> points, FigureOptions? options = null)
        : base(options ?? new FigureOptions()) => Points = points;

    /// <summary>The points and their runs.</summary>
    public IReadOnlyList<PointRuns> Points { get; }

    /// <summary>Which runs were chosen, for the caption; null for all.</summary>
    public string? Selection { get; init; }

    /// <summary>The unit of times as a text.</summary>
    public string Unit => Time == TimeUnit.Samples ? "samples" : "steps";

    /// <summary>A column's name in the numbers that says so where times are not in steps.</summary>
    public string Column(string name) => Time == TimeUnit.Samples ? $"{name}Samples" : name;

    /// <summary>The name of a column of steps or samples in the numbers.</summary>
    public string StepColumn => Time == TimeUnit.Samples ? "samples" : "step";

    /// <summary>
    /// Setting along the x axis: what was asked for, the kind's own if it varies, what else varies (numbers before words, more values before
    /// fewer), or the kind's own.
    /// </summary>
    /// <param name="own">The setting that the kind is made for.</param>
    public SpecSetting Along(string own)
    {
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(Points.Select(runs => runs.Point));
        return X ?? varying.FirstOrDefault(setting => setting.Name == own)
            ?? varying.OrderByDescending(setting => setting.IsNumber).ThenByDescending(Values).FirstOrDefault()
            ?? SpecSetting.Find(own)!;
    }

    private int Values(SpecSetting setting) => Points.Select(runs => setting.ValueOf(runs.Point)).Distinct().Count();

    /// <summary>Runs of a point as a text: 100 seeds, or 90 to 100 seeds where points differ.</summary>
    public string Seeds
    {
        get
        {
            long least = Points.Min(runs => runs.Times.Runs);
            long most = Points.Max(runs => runs.Times.Runs);
            return $"{(least == most ? "" : $"{least:N0} to ")}{most:N0} {(most == 1 ? "seed" : "seeds")}";
        }
    }

    /// <summary>A figure with the settings that all points share below what its marks mean.</summary>
    public Figure Figure(string title, string caption, IReadOnlyList<PlotModel> panels, NumberTable numbers) =>
        new(Title ?? title, $"{caption}{(Selection is null ? "" : $" {Selection}")}\n{SettingNames.Shared([.. Points.Select(runs => runs.Point)])}", panels, numbers);
}
