namespace ParityGpu.Figures.Plots;

/// <summary>Values of the paper in the same axes, read off its vector figures.</summary>
/// <param name="Label">Which of the drawn series it belongs to, by its <see cref="PointSeries.Label"/>.</param>
/// <param name="Points">X and median, in steps; quartiles where they are published.</param>
public sealed record PublishedSeries(string Label, IReadOnlyList<(double X, double Median, double? Q1, double? Q3)> Points);
