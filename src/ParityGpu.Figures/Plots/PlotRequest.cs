using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>What to draw.</summary>
internal sealed record PlotRequest : FigureOptions
{
    /// <param name="points">The points and their runs, whose times are counted as the options say; at least one run.</param>
    /// <param name="options">How to draw them, if not in the default way.</param>
    public PlotRequest(IReadOnlyList<PointRuns> points, FigureOptions? options = null)
        : base(options ?? new FigureOptions()) => Points = points;

    /// <summary>The points and their runs.</summary>
    public IReadOnlyList<PointRuns> Points { get; }

    /// <summary>Which runs were chosen, for the caption; null for all.</summary>
    public string? Selection { get; init; }

    /// <summary>The unit of times as a text.</summary>
    public string Unit => Time == TimeUnit.Samples ? "samples" : "steps";

    /// <summary>A column's name in the numbers, which says so if times are not in steps.</summary>
    public string Column(string name) => Time == TimeUnit.Samples ? $"{name}Samples" : name;

    /// <summary>The name of a column of steps or samples in the numbers.</summary>
    public string StepColumn => Time == TimeUnit.Samples ? "samples" : "step";

    /// <summary>
    /// Setting along the x axis: the one requested; else the kind's own if it varies; else another that varies (numbers before words, more values
    /// before fewer); else the kind's own.
    /// </summary>
    /// <param name="own">The kind's own setting.</param>
    public SpecSetting Along(string own)
    {
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(Points.Select(runs => runs.Point));
        return X ?? varying.FirstOrDefault(setting => setting.Name == own)
            ?? varying.OrderByDescending(setting => setting.IsNumber).ThenByDescending(Values).FirstOrDefault()
            ?? SpecSetting.Find(own)!;
    }

    private int Values(SpecSetting setting) => Points.Select(runs => setting.ValueOf(runs.Point)).Distinct().Count();

    /// <summary>Runs of a point as a text: 100 seeds, or 90 to 100 seeds if points differ.</summary>
    public string Seeds
    {
        get
        {
            long least = Points.Min(runs => runs.Times.Runs);
            long most = Points.Max(runs => runs.Times.Runs);
            return $"{(least == most ? "" : $"{least:N0} to ")}{most:N0} {(most == 1 ? "seed" : "seeds")}";
        }
    }

    /// <summary>A figure whose caption explains the marks and then lists the settings that all points share.</summary>
    public Figure Figure(string title, string caption, IReadOnlyList<PlotModel> panels, NumberTable numbers) =>
        new(Title ?? title, $"{caption}{(Selection is null ? "" : $" {Selection}")}\n{SettingNames.Shared([.. Points.Select(runs => runs.Point)])}", panels, numbers);
}
