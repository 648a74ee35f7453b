using System.Diagnostics;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using Spectre.Console;

namespace ParityGpu.Cli.Terminal;

/// <summary>Loss, accuracy and movement of one run, drawn in the terminal while it trains.</summary>
public static class TrainingScreen
{
    private const int MostColumns = 100;
    private const int FewestChartRows = 3;
    private const int MostChartRows = 10;

    /// <summary>Lines beside the charts: three titles, the axis, and the lines around the display.</summary>
    private const int OtherLines = 7;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Trains while drawing.
    /// </summary>
    /// <param name="logarithmic">Whether the axis of steps is logarithmic.</param>
    /// <param name="train">The training, which reports to its argument.</param>
    public static void Watch(bool logarithmic, Action<Action<CurvePoint>> train)
    {
        IAnsiConsole console = AnsiConsole.Console;
        var points = new List<CurvePoint>();
        var sinceDrawn = Stopwatch.StartNew();
        console.Live(new Text("")).Start(context =>
        {
            train(point =>
            {
                points.Add(point);
                if (points.Count > 1 && sinceDrawn.Elapsed < Interval)
                    return;

                Show();
                sinceDrawn.Restart();
            });
            Show();

            void Show()
            {
                int columns = Math.Min(console.Profile.Width, MostColumns);
                int rows = Math.Clamp((console.Profile.Height - OtherLines) / 3, FewestChartRows, MostChartRows);
                context.UpdateTarget(new Text(string.Join('\n', Lines(points, logarithmic, columns, rows))));
            }
        });
    }

    /// <summary>
    /// The three charts over one axis of steps.
    /// </summary>
    /// <param name="points">At least one point.</param>
    /// <param name="logarithmic">Whether the axis is logarithmic.</param>
    /// <param name="columns">Width in characters.</param>
    /// <param name="rows">Height of a chart.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<CurvePoint> points, bool logarithmic, int columns, int rows)
    {
        CurvePoint last = points[^1];
        var chart = new TextChart(columns, rows);
        string begin = $"{"",TextChart.MarginColumns}step {points[0].Step}";
        string end = $"{(logarithmic ? "(logarithmic) " : "")}step {last.Step}";
        return
        [
            $"training loss {last.TrainLoss:G4}",
            .. Draw(point => point.TrainLoss),
            .. HeldOut(),
            $"rho {last.Movement:G4}, relevant {last.MovementRelevant:G4}, irrelevant {last.MovementIrrelevant:G4}{Gap(last)}",
            .. Draw(point => point.Movement),
            begin + end.PadLeft(Math.Max(end.Length + 1, columns - begin.Length)),
        ];

        // Labels of a polynomial target are real numbers: nothing is right or wrong.
        IEnumerable<string> HeldOut() => double.IsNaN(last.Loss)
            ? [$"accuracy {Percentage.Of(last.Accuracy)} % held-out, {Percentage.Of(last.TrainAccuracy)} % training", .. Draw(point => point.Accuracy)]
            : [$"held-out loss {last.Loss:G4}", .. Draw(point => point.Loss)];

        IReadOnlyList<string> Draw(Func<CurvePoint, double> value) =>
            chart.Draw([.. points.Select(point => (logarithmic ? Math.Log(1 + point.Step) : point.Step, value(point)))]);
    }

    private static string Gap(CurvePoint point) => float.IsNaN(point.Gap) ? "" : $", gap {point.Gap:G4}";
}
