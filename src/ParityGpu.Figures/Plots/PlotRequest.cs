using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>What to draw.</summary>
/// <param name="Points">The points and their runs; at least one run.</param>
internal sealed record PlotRequest(IReadOnlyList<PointRuns> Points)
{
    /// <summary>Setting along the x axis; null for the one that a kind of figure is made for.</summary>
    public SpecSetting? X { get; init; }

    /// <summary>Setting along the y axis of a map.</summary>
    public SpecSetting? Y { get; init; }

    /// <summary>Title, or null for that of the kind.</summary>
    public string? Title { get; init; }

    /// <summary>Runs of a point as a text: 100, or 90-100 where points differ.</summary>
    public string Seeds
    {
        get
        {
            long least = Points.Min(runs => runs.Times.Runs);
            long most = Points.Max(runs => runs.Times.Runs);
            return least == most ? $"{most:N0}" : $"{least:N0} to {most:N0}";
        }
    }

    /// <summary>A figure with the settings that all points share below what its marks mean.</summary>
    public Figure Figure(string title, string caption, IReadOnlyList<PlotModel> panels, NumberTable numbers) =>
        new(Title ?? title, $"{caption}\n{SettingNames.Shared([.. Points.Select(runs => runs.Point)])}", panels, numbers);
}
