using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Experiments;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Commands;

/// <summary>parity reproduce: trains, draws and judges one of the paper's experiments.</summary>
internal sealed class ReproduceCommand
{
    private static readonly NameKind<Scale> Scales = new();

    private const int Indent = 13;

    private readonly Argument<string?> name = new("EXPERIMENT")
    {
        Description = "a name of --list",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> list = SharedOptions.Flag("--list", "list the experiments and what they show");

    private readonly Option<string> scale = SharedOptions.Word(
        "--scale", "smoke (seconds), laptop (about ten minutes on two cores) or paper (the published size)", "name", Scales.Names);

    private readonly Option<string?> folder = new("-o", "--out")
    {
        Description = "folder of logs, figure and numbers; if it has logs, they are continued [default: EXPERIMENT-SCALE]",
        HelpName = "folder",
    };

    private readonly Option<bool> force = SharedOptions.Flag("--force", "replace figures and numbers in a folder that has no logs of the experiment");
    private readonly Option<bool> drawOnly = SharedOptions.Flag("--draw-only", "train nothing, draw the logs that are in the folder");
    private readonly Option<string> device = SharedOptions.Devices();
    private readonly Option<int?> threads = SharedOptions.Threads();
    private readonly Option<bool> quiet = SharedOptions.Flag("--quiet", "show no progress");

    private ReproduceCommand()
    {
        name.CompletionSources.Add([.. Catalogue.All.Select(experiment => experiment.Name)]);
        scale.DefaultValueFactory = _ => "laptop";
    }

    public static Command Create()
    {
        var reproduce = new ReproduceCommand();
        var command = new Command("reproduce", "Trains, draws and judges an experiment of the paper.")
        {
            reproduce.name, reproduce.list, reproduce.scale, reproduce.folder, reproduce.force, reproduce.drawOnly, reproduce.device, reproduce.threads,
            reproduce.quiet,
        };
        command.SetAction(reproduce.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        if (parsed.GetValue(list))
        {
            WriteList(output);
            return ExitCodes.Ok;
        }

        Experiment experiment = Chosen(parsed.GetValue(name));
        Scale size = SharedOptions.Choice(Scales, parsed.GetValue(scale), "--scale")!.Value;
        string root = parsed.GetValue(folder) ?? $"{experiment.Name}-{Scales.Format(size)}";
        IReadOnlyList<ExperimentSweep> sweeps = experiment.Sweeps(size);
        string stem = Path.Combine(root, experiment.Name);
        string[] figures = [.. FigureFile.Extensions.Where(extension => FigureFile.CanWrite(extension))];

        // Beside logs of the experiment, its figures are those of an earlier session.
        bool replaces = parsed.GetValue(force) || sweeps.Any(sweep => File.Exists(Log(root, sweep)));
        using var files = new OutputFiles(replaces, [], output);
        using var interruption = new Interruption();
        if (!parsed.GetValue(drawOnly))
        {
            Create(root);
            foreach (string extension in figures.Concat([".csv", ".txt"]))
                files.Check("--out", stem + extension);

            foreach (ExperimentSweep sweep in sweeps)
            {
                try
                {
                    Train(parsed, sweep, Log(root, sweep), interruption.Token);
                }
                catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
                {
                    error.WriteLine($"stopped; the same command continues with the logs in {root}");
                    return exitCode;
                }
            }
        }

        using Device exact = DeviceCatalog.OpenCpu(parsed.GetValue(threads));
        var parts = new List<string>();
        ExperimentResult result = experiment.Evaluate(Read(size, exact, sweeps, root, parts));
        result = new ExperimentResult(result.Figure.With(parts), result.Verdict.At(size));
        foreach (string extension in figures)
            files.Add("--out", stem + extension).Stream.Write(FigureFile.Encode(result.Figure, extension));

        OutputOptions.WriteText(files.Add("--out", $"{stem}.csv"), result.Figure.Numbers.WriteCsv);
        OutputOptions.WriteText(files.Add("--out", $"{stem}.txt"), text => Report(text, experiment, result.Verdict, parts));
        files.Commit();
        Report(output, experiment, result.Verdict, parts);
        output.WriteLine($"figure: {stem}.svg, numbers: {stem}.csv");
        return ExitCodes.Ok;
    }

    private static void Report(TextWriter output, Experiment experiment, Verdict verdict, List<string> parts)
    {
        output.WriteLine($"{experiment.Name} ({experiment.Source}): {experiment.Claim}");
        string outcome = verdict.Outcome switch
        {
            ClaimOutcome.Held => "held",
            ClaimOutcome.NotHeld => "NOT held",
            _ => "undecided",
        };
        output.WriteLine($"{outcome}: {verdict.Evidence}");
        foreach (string part in parts)
            output.WriteLine(part);
    }

    private void Train(ParseResult parsed, ExperimentSweep sweep, string log, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        var options = new SweepOptions
        {
            Device = parsed.GetValue(device)!,
            Threads = parsed.GetValue(threads),
            Warn = error.WriteLine,
        };
        string heading = $"{sweep.Name}: {SweepCommand.Count(sweep.Spec.Runs / sweep.Spec.Seeds, "point")} x {SweepCommand.Count(sweep.Spec.Seeds, "seed")}";
        ProgressDisplay.Watch(
            error, parsed.GetValue(quiet), heading, progress => Sweep.Run(sweep.Spec, log, options, progress, cancellation));
    }

    private static ExperimentData Read(Scale scale, Device device, IReadOnlyList<ExperimentSweep> sweeps, string root, List<string> parts)
    {
        var runs = new Dictionary<string, IReadOnlyList<PointRuns>>();
        foreach (ExperimentSweep sweep in sweeps)
        {
            var log = new SummaryBuilder(ExperimentData.Curves) { KeepsSeeds = true };
            log.Add(Log(root, sweep));
            if (log.Part is { } part)
                parts.Add($"{sweep.Name}: {part}");

            runs[sweep.Name] = [.. log.Points.Where(point => point.Times.Runs > 0)];
            if (runs[sweep.Name].Count == 0)
                throw new UserErrorException($"{Log(root, sweep)}: has no finished run; must be a log with runs to draw");
        }

        return new ExperimentData(scale, device, runs);
    }

    private static string Log(string root, ExperimentSweep sweep) => Path.Combine(root, $"{sweep.Name}.msgpack");

    private static void Create(string root)
    {
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"--out {root}: cannot be made; must be a folder in a place you may write to", e);
        }
    }

    private static Experiment Chosen(string? name) => name is null
        ? throw new UserErrorException("EXPERIMENT: is missing; must be a name of 'parity reproduce --list'")
        : Catalogue.Find(name) ?? throw new UserErrorException(
            $"{SpecSetting.Echo(name)}: no such experiment; must be one of {string.Join(", ", Catalogue.All.Select(known => known.Name))}"
            + Spelling.Hint(name, Catalogue.All.Select(known => known.Name)));

    /// <summary>A name and a source, and below them the claim.</summary>
    private static void WriteList(TextWriter output)
    {
        foreach (Experiment experiment in Catalogue.All)
        {
            ScreenText.Write(output, experiment.Source, Indent, heading: experiment.Name);
            ScreenText.Write(output, experiment.Claim, Indent);
        }
    }
}
