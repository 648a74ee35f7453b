using System.Diagnostics;
using ParityGpu.Scheduling;

namespace ParityGpu.Cli.Terminal;

/// <summary>
/// Shows the progress of a sweep: a live line in a terminal, plain lines elsewhere, at
/// intervals of a second or, in long sweeps, a hundredth of the elapsed time.
/// </summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(1);

    /// <summary>Interval between plain lines of a long sweep, as a fraction of the elapsed time; such output usually goes to a file.</summary>
    private const double PlainFraction = 0.01;

    /// <summary>
    /// Trains while showing progress.
    /// </summary>
    /// <param name="error">Where to show it.</param>
    /// <param name="quiet">Whether to show nothing.</param>
    /// <param name="heading">One line about the sweep.</param>
    /// <param name="train">The training, which reports to its argument.</param>
    public static void Watch(TextWriter error, bool quiet, string heading, Action<Action<SweepProgress>> train)
    {
        if (quiet)
        {
            train(_ => { });
            return;
        }

        error.WriteLine(heading);
        if (ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected)
            LiveProgress.Watch(train);
        else
            WatchPlainly(error, train);
    }

    /// <summary>Runs done, solved, speed, of each device where there are several, and time left.</summary>
    public static string Describe(SweepProgress p)
    {
        string left = p.Done == p.Runs
            ? $"took {Time(p.Elapsed)}"
            : p.Remaining is { } remaining ? $"{Time(remaining)} left" : "estimating";
        string devices = p.Devices.Length > 1
            ? $" ({string.Join(", ", p.Devices.Select(device => $"{device.Device} {Speed(device.SeedStepsPerSecond)}"))})"
            : "";
        return $"{p.Done}/{p.Runs} runs, {p.Solved} solved, {Speed(p.SeedStepsPerSecond)} seed-steps/s{devices}, {left}";
    }

    private static void WatchPlainly(TextWriter error, Action<Action<SweepProgress>> train)
    {
        var sinceLine = Stopwatch.StartNew();
        SweepProgress? unseen = null;
        train(progress =>
        {
            unseen = progress;
            if (sinceLine.Elapsed < PlainInterval || sinceLine.Elapsed < progress.Elapsed * PlainFraction)
                return;

            error.WriteLine(Describe(progress));
            unseen = null;
            sinceLine.Restart();
        });
        if (unseen is not null)
            error.WriteLine(Describe(unseen));
    }

    private static string Speed(double perSecond) => perSecond switch
    {
        >= 1e9 => $"{perSecond / 1e9:0.00}G",
        >= 1e6 => $"{perSecond / 1e6:0.00}M",
        >= 1e3 => $"{perSecond / 1e3:0.0}k",
        _ => $"{perSecond:0}",
    };

    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.TotalSeconds:0.0} s",
    };
}
