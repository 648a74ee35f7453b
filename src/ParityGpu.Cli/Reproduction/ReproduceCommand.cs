using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Figures.Experiments;
using ParityGpu.Figures.Reports;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Reproduction;

/// <summary>parity reproduce: trains, draws and judges one of the paper's experiments, or all of them.</summary>
internal sealed class ReproduceCommand
{
    private static readonly NameKind<Scale> Scales = new();

    private static readonly NameKind<ClaimOutcome> Outcomes = new();

    private const string All = "all";
    private const string PageExtension = ".html";
    private const int Indent = 13;

    private readonly Argument<string?> name = new("EXPERIMENT")
    {
        Description = "a name from --list, or all",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> list = SharedOptions.Flag("--list", "list the experiments and their claims");

    private readonly Option<string> scale = SharedOptions.Word(
        "--scale", "smoke (seconds), laptop (minutes on two cores) or paper (the published size)", "name", Scales.Names);

    private readonly Option<string?> folder = new("-o", "--out")
    {
        Description = "folder for logs, figure and numbers; for all, an HTML page, with a folder of the same name beside it; existing logs are "
            + "continued [default: EXPERIMENT-SCALE; for all, paper-SCALE.html]",
        HelpName = "folder|page",
    };

    private readonly Option<bool> force = SharedOptions.Flag("--force", "replace figures and numbers even in a folder without logs of the experiment");
    private readonly Option<bool> drawOnly = SharedOptions.Flag("--draw-only", "train nothing; draw the logs that are in the folder");
    private readonly Option<string> device = SharedOptions.Devices();
    private readonly Option<int?> threads = SharedOptions.Threads();
    private readonly Option<bool> quiet = SharedOptions.Flag("--quiet", "show no progress");

    private static IEnumerable<string> Names => Catalogue.All.Select(experiment => experiment.Name).Append(All);

    private ReproduceCommand()
    {
        name.CompletionSources.Add([.. Names]);
        scale.DefaultValueFactory = _ => "laptop";
    }

    public static Command Create()
    {
        var reproduce = new ReproduceCommand();
        var command = new Command("reproduce", "Repeats a published experiment, or all of them on one page: trains, plots, and checks the claim.")
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
        if (parsed.GetValue(list))
        {
            WriteList(output);
            return ExitCodes.Ok;
        }

        Experiment? one = Chosen(parsed.GetValue(name));
        Scale size = SharedOptions.Choice(Scales, parsed.GetValue(scale), "--scale")!.Value;
        using var interruption = new Interruption();
        string root = Root(parsed, one, size);
        try
        {
            using Device exact = DeviceCatalog.OpenCpu(parsed.GetValue(threads));
            if (one is null)
                ReproduceAll(parsed, size, root, exact, interruption.Token);
            else
                ReproduceOne(parsed, new ExperimentFolder(one, size, root), exact, interruption.Token);

            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"stopped; the same command continues with the logs in {root}");
            return exitCode;
        }
    }

    private void ReproduceOne(ParseResult parsed, ExperimentFolder folder, Device exact, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        ExperimentFolder.Report(output, Reproduce(parsed, folder, parsed.GetValue(force) || folder.HasLogs, exact, "", cancellation));
        output.WriteLine($"figure: {folder.Stem}.svg, numbers: {folder.Stem}.csv");
    }

    /// <summary>Every experiment in a folder of its own, then one page about all of them.</summary>
    private void ReproduceAll(ParseResult parsed, Scale size, string root, Device exact, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        ExperimentFolder[] folders = [.. Catalogue.All.Select(experiment => new ExperimentFolder(experiment, size, Path.Combine(root, experiment.Name)))];

        // Some experiments have no logs of their own.
        bool replaces = parsed.GetValue(force) || Array.Exists(folders, folder => folder.HasLogs);
        using var files = new OutputFiles(replaces, [], output);
        (string page, string summary) = (root + PageExtension, root + ".json");
        files.Check("--out", page);
        files.Check("--out", summary);

        ExperimentFolder[] drawn = parsed.GetValue(drawOnly) ? [.. folders.Where(folder => folder.CanBeDrawn)] : folders;
        var done = new List<ReproducedExperiment>();
        foreach ((int index, ExperimentFolder folder) in drawn.Index())
        {
            ReproducedExperiment reproduced = Reproduce(parsed, folder, replaces, exact, $"[{index + 1}/{drawn.Length}] {folder.Experiment.Name}, ", cancellation);
            Verdict verdict = reproduced.Result.Verdict;
            ScreenText.Write(output, $"{PaperPage.Word(verdict.Outcome)}: {verdict.Evidence}", Indent, heading: folder.Experiment.Name);
            done.Add(reproduced);
        }

        Experiment[] missing = [.. folders.Except(drawn).Select(folder => folder.Experiment)];
        string name = Path.GetFileName(root);
        OutputOptions.WriteText(files.Add("--out", page), text => text.Write(
            PaperPage.Write(Scales.Format(size), done, missing, experiment => $"{name}/{experiment.Name}/{experiment.Name}")));
        OutputOptions.WriteText(files.Add("--out", summary), text => WriteSummary(text, size, done));
        files.Commit();
        output.WriteLine($"page: {page}, summary: {summary}, logs, figures and numbers: {root}");
    }

    /// <summary>Trains, draws and judges one experiment.</summary>
    private ReproducedExperiment Reproduce(
        ParseResult parsed, ExperimentFolder folder, bool replaces, Device exact, string place, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        using var files = new OutputFiles(replaces, [], parsed.InvocationConfiguration.Output);
        bool trains = !parsed.GetValue(drawOnly);
        if (trains || folder.CanBeDrawn)
            folder.Prepare(files);

        if (trains)
        {
            var options = new SweepOptions { Device = parsed.GetValue(device)!, Threads = parsed.GetValue(threads), Warn = error.WriteLine };
            folder.Train(options, (heading, train) => ProgressDisplay.Watch(error, parsed.GetValue(quiet), place + heading, train), cancellation);
        }

        ReproducedExperiment reproduced = folder.Evaluate(exact);
        folder.Write(files, reproduced);
        files.Commit();
        return reproduced;
    }

    private static void WriteSummary(TextWriter text, Scale size, IEnumerable<ReproducedExperiment> done) => JsonOutput.Write(text, json =>
    {
        json.WriteStartObject();
        json.WriteString("scale", Scales.Format(size));
        json.WriteStartArray("experiments");
        foreach (ReproducedExperiment each in done)
        {
            json.WriteStartObject();
            JsonOutput.WriteField(json, "name", each.Experiment.Name);
            JsonOutput.WriteField(json, "source", each.Experiment.Source);
            JsonOutput.WriteField(json, "claim", each.Experiment.Claim);
            JsonOutput.WriteField(json, "verdict", Outcomes.Format(each.Result.Verdict.Outcome));
            JsonOutput.WriteField(json, "evidence", each.Result.Verdict.Evidence);
            JsonOutput.WriteField(json, "runs", each.Runs);
            JsonOutput.WriteField(json, "seconds", Math.Round(each.Seconds, 3));
            JsonOutput.WriteField(json, "devices", each.Devices);
            JsonOutput.WriteField(json, "parts", each.Parts);
            JsonOutput.WriteField(json, "commands", each.Sweeps.Select(sweep => SpecSetting.Command(sweep.Spec)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The folder of the logs; for all experiments, it has the name of their page.</summary>
    private string Root(ParseResult parsed, Experiment? one, Scale size)
    {
        string? given = parsed.GetValue(folder);
        if (one is not null)
            return given ?? $"{one.Name}-{Scales.Format(size)}";

        string page = given ?? $"paper-{Scales.Format(size)}{PageExtension}";
        return page.EndsWith(PageExtension, StringComparison.OrdinalIgnoreCase) && Path.GetFileName(page).Length > PageExtension.Length
            ? page[..^PageExtension.Length]
            : throw new UserErrorException($"--out {page}: must be the name of a page, such as paper{PageExtension}, for all experiments");
    }

    /// <summary>An experiment, or null for all of them.</summary>
    private static Experiment? Chosen(string? name) => name switch
    {
        null => throw new UserErrorException("EXPERIMENT: is missing; must be a name from 'parity reproduce --list', or all"),
        All => null,
        _ => Catalogue.Find(name) ?? throw new UserErrorException(
            $"{SpecSetting.Echo(name)}: no such experiment; must be one of {string.Join(", ", Names)}{Spelling.Hint(name, Names)}"),
    };

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
