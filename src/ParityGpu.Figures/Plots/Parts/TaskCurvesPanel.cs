using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Plots;

/// <summary>
/// The losses of a run's tasks against its steps, from the most frequent task (dark) to the rarest (light), and their mean (black).
/// </summary>
internal static class TaskCurvesPanel
{
    /// <summary>The palette's last tenth is too light on white.</summary>
    private const double Lightest = 0.9;

    /// <summary>The panel's description in captions.</summary>
    public const string Caption = "thin: each task's loss, the most frequent dark, the rarest light; black: their mean by frequency";

    /// <summary>Whether a run has curves of its tasks.</summary>
    public static bool Has(FinishedRun run) => run.Curve is { TaskCurves.Length: > 0 };

    /// <summary>The panel.</summary>
    /// <param name="point">The run's point.</param>
    /// <param name="run">The run, which has curves of its tasks.</param>
    /// <param name="time">Scale of the steps.</param>
    public static PlotModel Of(Point point, FinishedRun run, AxisScale time)
    {
        RunCurve curve = run.Curve!;
        double unit = TaskRecord.UnitOf(point);
        int tasks = curve.Tasks.Length;
        OxyColor[] colours = [.. OxyPalettes.Viridis(Math.Max(2, (int)(tasks / Lightest))).Colors.Take(tasks)];
        PlotModel panel = Panel.Empty($"loss of each task (seed {run.Record.Seed})");
        panel.Legends.Clear();
        double first = curve.Points.Select(at => (double)at.Step).FirstOrDefault(step => step > 0, 1);
        panel.Axes.Add(Panel.Scaled(time, AxisPosition.Bottom, "step", first, Math.Max(first, curve.Points[^1].Step)));
        panel.Axes.Add(Panel.Linear(AxisPosition.Left, unit == 1 ? "loss" : "loss (bits)", 0));
        for (int task = tasks - 1; task >= 0; task--)
            Add(colours[task], 0.8, i => curve.TaskLosses(i)[task]);

        double[] frequencies = TaskPlan.Frequencies(point);
        Add(OxyColors.Black, 2, i => TaskPlan.MeanLoss(frequencies, curve.TaskLosses(i)));
        return panel;

        void Add(OxyColor colour, double thickness, Func<int, double> lossAt)
        {
            var line = new LineSeries { Color = colour, StrokeThickness = thickness, Decimator = Decimator.Decimate };
            for (int i = 0; i < curve.Points.Length; i++)
            {
                double loss = lossAt(i);
                bool drawable = double.IsFinite(loss) && (time == AxisScale.Linear || curve.Points[i].Step > 0);
                line.Points.Add(drawable ? new DataPoint(curve.Points[i].Step, loss / unit) : DataPoint.Undefined);
            }

            panel.Series.Add(line);
        }
    }
}
