using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>The fraction of runs that are solved by a step (Kaplan and Meier's estimate).</summary>
internal static class SolvedOverSteps
{
    /// <summary>A panel of step functions, a line for each group of runs.</summary>
    /// <param name="title">Above the panel; null for none.</param>
    /// <param name="groups">Entry of the legend and times; the solved fraction is added to the entry.</param>
    /// <param name="limit">Where lines end: the step limit.</param>
    public static PlotModel Panel(string? title, IReadOnlyList<(string Label, TimeHistogram Times)> groups, long limit)
    {
        PlotModel panel = Drawing.Panel.Empty(title);
        long first = groups.Select(group => group.Times.Times.Count > 0 ? group.Times.Times[0].Step : limit).Min();
        panel.Axes.Add(Drawing.Panel.Log(AxisPosition.Bottom, "step", Math.Max(1, first / 2), limit));
        panel.Axes.Add(Drawing.Panel.Rates(AxisPosition.Left, "solved runs"));
        for (int i = 0; i < groups.Count; i++)
        {
            (string label, TimeHistogram times) = groups[i];
            var line = new StairStepSeries
            {
                Title = $"{label}: {times.Solved} of {times.Runs}",
                Color = Marks.Colour(i),
                LineStyle = Marks.Dash(i),
                StrokeThickness = 1.8,
                VerticalStrokeThickness = 1.8,
            };
            double solved = 0;
            line.Points.Add(new DataPoint(Math.Max(1, first / 2), 0));
            foreach (KaplanMeierStep step in KaplanMeier.Of(times).Steps)
                line.Points.Add(new DataPoint(step.Step, solved = step.SolvedFraction));

            line.Points.Add(new DataPoint(limit, solved));
            panel.Series.Add(line);
        }

        return panel;
    }
}
