using ParityGpu.Statistics;

namespace ParityGpu.Cli.Terminal;

/// <summary>
/// Histograms of convergence times, each in a line of block characters, over one logarithmic axis. A time t is spread evenly over t ± ½, so that
/// cells narrower than a step are not left empty. Every histogram has its own scale: its fullest cell is a full block, or, with fewer than eight
/// runs, as many eighths of one as there are runs.
/// </summary>
internal sealed class TimeSparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    private readonly int cells;
    private readonly long first;
    private readonly long last;
    private readonly double start;
    private readonly double cellsPerLog;

    private TimeSparkline(long first, long last, int cells)
    {
        this.cells = cells;
        this.first = first;
        this.last = last;
        start = Math.Log(Lower(first));
        cellsPerLog = cells / (Math.Log(Upper(last)) - start);
    }

    /// <summary>The axis's line, with its first and last step at the ends.</summary>
    public string Axis
    {
        get
        {
            string name = $"{first} ─ times, log ─ {last}".Length <= cells ? " times, log " : "";
            int line = Math.Max(0, cells - $"{first}  {last}".Length - name.Length);
            return $"{first} {new string('─', line - (line / 2))}{name}{new string('─', line / 2)} {last}";
        }
    }

    /// <summary>The axis that holds the solved runs of all samples; null if there are none.</summary>
    public static TimeSparkline? Of(IReadOnlyList<TimeHistogram> samples, int cells)
    {
        TimeHistogram[] solved = [.. samples.Where(times => times.Solved > 0)];
        return solved.Length == 0
            ? null
            : new TimeSparkline(solved.Min(times => times.Times[0].Step), solved.Max(times => times.Times[^1].Step), cells);
    }

    /// <summary>The histogram of a sample's solved runs, one character per cell.</summary>
    public string Draw(TimeHistogram times)
    {
        var runs = new double[cells];
        foreach ((long step, long count) in times.Times)
        {
            double from = Place(Lower(step));
            double to = Place(Upper(step));
            for (int cell = (int)from; cell < cells && cell < to; cell++)
                runs[cell] += count * (Math.Min(to, cell + 1) - Math.Max(from, cell)) / (to - from);
        }

        double most = runs.Max() * Math.Max(1, Levels.Length / (double)times.Solved);
        return string.Concat(runs.Select(value =>
            value <= 0 ? ' ' : Levels[Math.Clamp((int)Math.Ceiling(value / most * Levels.Length) - 1, 0, Levels.Length - 1)]));
    }

    private double Place(double time) => Math.Clamp((Math.Log(time) - start) * cellsPerLog, 0, cells);

    /// <summary>Step 0 has no logarithm and shares the place of step 1.</summary>
    private static double Lower(long step) => Math.Max(1, step) - 0.5;

    private static double Upper(long step) => Math.Max(1, step) + 0.5;
}
