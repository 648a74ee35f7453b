using ParityGpu.Cli.Commands;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Experiments;
using ParityGpu.Figures.Reports;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Reproduction;

/// <summary>An experiment in a folder: its logs, its figure, its numbers and its verdict.</summary>
internal sealed class ExperimentFolder(Experiment experiment, Scale scale, string root)
{
    private static readonly string[] FigureExtensions = [.. FigureFile.Extensions.Where(extension => FigureFile.CanWrite(extension))];

    private readonly IReadOnlyList<ExperimentSweep> sweeps = experiment.Sweeps(scale);

    public Experiment Experiment => experiment;

    /// <summary>Path of the files, without their endings.</summary>
    public string Stem => Path.Combine(root, experiment.Name);

    /// <summary>Whether the experiment already has logs: then existing figures are from an earlier session.</summary>
    public bool HasLogs => sweeps.Any(sweep => File.Exists(Log(sweep)));

    /// <summary>Whether every sweep that is drawn has been started.</summary>
    public bool CanBeDrawn => sweeps.All(sweep => File.Exists(Log(sweep)));

    /// <summary>Creates the folder, and checks the names of the files that will be written.</summary>
    /// <exception cref="UserErrorException">One can or may not be written.</exception>
    public void Prepare(OutputFiles files)
    {
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"--out {root}: cannot be created; must be a folder in a place you may write to", e);
        }

        foreach (string extension in FigureExtensions.Concat([".csv", ".txt"]))
            files.Check("--out", Stem + extension);
    }

    /// <summary>Trains the runs missing from the logs.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="watch">Shows a sweep under its heading.</param>
    /// <param name="cancellation">Stops after the current launch.</param>
    /// <exception cref="OperationCanceledException">It was stopped; finished runs are in the logs.</exception>
    public void Train(SweepOptions options, Action<string, Action<Action<SweepProgress>>> watch, CancellationToken cancellation)
    {
        foreach (ExperimentSweep sweep in sweeps)
        {
            string heading = $"{sweep.Name}: {SweepCommand.Count(sweep.Spec.Runs / sweep.Spec.Seeds, "point")} x {SweepCommand.Count(sweep.Spec.Seeds, "seed")}";
            watch(heading, progress => Sweep.Run(sweep.Spec, Log(sweep), options, progress, cancellation));
        }
    }

    /// <summary>Draws and judges what is in the logs.</summary>
    /// <param name="exact">Where exact computations are done.</param>
    /// <exception cref="UserErrorException">A log cannot be read or has no finished run.</exception>
    public ReproducedExperiment Evaluate(Device exact)
    {
        var runs = new Dictionary<string, IReadOnlyList<PointRuns>>();
        var parts = new List<string>();
        var devices = new List<string>();
        (long finished, double seconds) = (0, 0);
        foreach (ExperimentSweep sweep in sweeps)
        {
            var log = new SummaryBuilder(ExperimentData.Curves) { KeepsSeeds = true };
            log.Add(Log(sweep));
            if (log.Part is { } part)
                parts.Add($"{sweep.Name}: {part}");

            runs[sweep.Name] = [.. log.Points.Where(point => point.Times.Runs > 0)];
            if (runs[sweep.Name].Count == 0)
                throw new UserErrorException($"{Log(sweep)}: has no finished run; must be a log with runs to draw");

            finished += log.Finished;
            seconds += log.TrainingSeconds;
            devices.AddRange(log.Headers.Select(header => header.Session.Device));
        }

        ExperimentResult result = experiment.Evaluate(new ExperimentData(scale, exact, runs));
        return new(experiment, sweeps, new ExperimentResult(result.Figure.With(parts), result.Verdict.At(scale)))
        {
            Runs = finished,
            Seconds = seconds,
            Devices = [.. devices.Distinct()],
            Parts = parts,
        };
    }

    /// <summary>Writes figure, numbers and verdict.</summary>
    public void Write(OutputFiles files, ReproducedExperiment reproduction)
    {
        Figure figure = reproduction.Result.Figure;
        foreach (string extension in FigureExtensions)
            files.Add("--out", Stem + extension).Stream.Write(FigureFile.Encode(figure, extension));

        OutputOptions.WriteText(files.Add("--out", $"{Stem}.csv"), figure.Numbers.WriteCsv);
        OutputOptions.WriteText(files.Add("--out", $"{Stem}.txt"), text => Report(text, reproduction));
    }

    /// <summary>Claim, verdict, and what they rest on.</summary>
    public static void Report(TextWriter output, ReproducedExperiment reproduction)
    {
        Experiment experiment = reproduction.Experiment;
        Verdict verdict = reproduction.Result.Verdict;
        output.WriteLine($"{experiment.Name} ({experiment.Source}): {experiment.Claim}");
        output.WriteLine($"{PaperPage.Word(verdict.Outcome)}: {verdict.Evidence}");
        foreach (string part in reproduction.Parts)
            output.WriteLine(part);
    }

    private string Log(ExperimentSweep sweep) => Path.Combine(root, $"{sweep.Name}.msgpack");
}
