using System.CommandLine;
using ParityGpu.Cli.Cluster;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Weights;

namespace ParityGpu.Cli.Commands;

/// <summary>parity sweep: trains every run of a sweep, logs them, and shows the result.</summary>
internal sealed class SweepCommand
{
    private const double MostCheckpointSeconds = 1e6;
    private const string End = "end";
    private const string EveryPoint = "curve";

    private readonly SettingOptions settings = new(new SweepSpec());
    private readonly Option<string> device = SharedOptions.Devices();
    private readonly Option<int?> threads = SharedOptions.Threads();

    private readonly Option<string?> log = new("--log")
    {
        Description = "file that receives the finished runs [default: parity-<date>-<time>.msgpack]",
        HelpName = "file",
    };

    private readonly Option<double> checkpoint = new("--checkpoint")
    {
        Description = "seconds between checkpoints of long runs, the most training a crash can lose; 0 writes no checkpoints",
        HelpName = "seconds",
        DefaultValueFactory = _ => 60,
        CustomParser = result => SharedOptions.Number(result, "--checkpoint", 0, MostCheckpointSeconds) ?? 0,
    };

    private readonly Option<string?> resume = new("--resume")
    {
        Description = "continue the sweep of this log, or of the one that --log names; start it if there is no such file; settings are the log's "
            + "unless given, and more seeds or values extend it",
        HelpName = "file",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> weights = new("--weights")
    {
        Description = "folder that receives the parameters of every finished run, one NumPy file (.npz) each [default: none]",
        HelpName = "folder",
    };

    private readonly Option<string> weightsAt = SharedOptions.OneOf(
        "--weights-at", "when --weights saves a run's parameters: only at its end, or at every point of its curve", End, EveryPoint);

    private readonly Option<bool> dryRun =
        SharedOptions.Flag("--dry-run", "train for a few seconds, write nothing, and estimate what the whole sweep would take");

    private readonly ShardOption shard = new();
    private readonly Option<string> format = SharedOptions.Format("text", "json");
    private readonly Option<bool> quiet = SharedOptions.Flag("--quiet", "show no progress");

    private SweepCommand() => resume.CompletionSources.Add(Completions.OfOptions);

    public static Command Create()
    {
        var sweep = new SweepCommand();
        var command = new Command("sweep", "Trains every combination of the given settings with many seeds. Lists are comma-separated.");
        sweep.settings.AddTo(command);
        command.Add(sweep.device);
        command.Add(sweep.threads);
        command.Add(sweep.log);
        command.Add(sweep.resume);
        command.Add(sweep.shard.Option);
        command.Add(sweep.checkpoint);
        command.Add(sweep.weights);
        command.Add(sweep.weightsAt);
        command.Add(sweep.dryRun);
        command.Add(sweep.format);
        command.Add(sweep.quiet);
        command.SetAction(sweep.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        string? path = LogPath(parsed);
        LogHeader? earlier = IsResumed(parsed) ? Earlier(parsed, path!) : null;
        SweepSpec spec = settings.Read(parsed, earlier?.Spec ?? new SweepSpec());
        Shard part = parsed.GetValue(shard.Option) is null && earlier is not null ? earlier.Shard : shard.Read(parsed);

        string? arrays = WeightsPath(parsed, earlier?.Spec, spec);
        using var interruption = new Interruption();
        using (RunLogWriter writer = Open(parsed, path, spec, part))
        using (var devices = new SweepDevices(
            parsed.GetValue(device)!, parsed.GetValue(threads), error.WriteLine, new ShardRuns(spec, part).CountWithout(writer.Done)))
        {
            if (parsed.GetValue(dryRun))
                return SweepTrial.Run(output, error, spec, part, writer.Done, devices, interruption);

            writer.Start(devices.Names);
            path = writer.Path;
            foreach (string note in writer.Notes)
                error.WriteLine(note);

            if (arrays is not null)
                Directory.CreateDirectory(arrays);

            CheckpointPlan plan = Plan(parsed, new CheckpointFile(CheckpointFile.Beside(path), spec), writer.Done, error);
            try
            {
                ProgressDisplay.Watch(error, parsed.GetValue(quiet), Heading(spec, part, devices, writer), progress => new SweepRunner
                {
                    Spec = spec,
                    Devices = devices.Banks,
                    Sink = arrays is null ? writer : new WeightsFolder(arrays, spec, writer),
                    Kept = arrays is null ? KeptParameters.Never : AtCurve(parsed) ? KeptParameters.AtCurve : KeptParameters.AtEnd,
                    Done = writer.Done,
                    DoneSolved = writer.DoneSolved,
                    Shard = part,
                    Progress = progress,
                    Warn = error.WriteLine,
                    Checkpoint = plan,
                }.Run(interruption.Token));
                writer.Complete();
            }
            catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
            {
                error.WriteLine($"stopped; the finished runs are in {path}; continue with: {ResumeCommand(parsed, path)}");
                return exitCode;
            }
            catch (Exception e) when (e is (IOException and not LogLostException) or DeviceFailedException)
            {
                string what = e is IOException ? $"{path}: {e.Message}" : e.Message;
                throw new IOException(
                    $"{what}; the finished runs are in the log; continue with: {ResumeCommand(parsed, path)}", e);
            }
            catch (UserErrorException)
            {
                writer.Discard();
                throw;
            }
        }

        Show(parsed, path, output, error);
        return ExitCodes.Ok;
    }

    /// <summary>Shows the result as read back from the log, not as observed during training.</summary>
    private void Show(ParseResult parsed, string path, TextWriter output, TextWriter error)
    {
        var summary = new SummaryBuilder();
        summary.Add(path);
        bool text = parsed.GetValue(format) == "text";
        SummaryOutput.Write(output, parsed.GetValue(format)!, summary);
        if (text)
            output.WriteLine();

        (text ? output : error).WriteLine($"log: {path}");
    }

    private CheckpointPlan Plan(ParseResult parsed, CheckpointFile file, RunSet done, TextWriter error)
    {
        double seconds = parsed.GetValue(checkpoint);
        RunSnapshot[] resumed = IsResumed(parsed) ? file.ReadUnfinished(done, error.WriteLine) : [];
        if (resumed.Length > 0)
        {
            error.WriteLine(
                $"{file.Path}: continues {Count(resumed.Length, "run")}; {resumed.Sum(run => run.State.Steps)} steps are already done");
        }

        return new CheckpointPlan(file, seconds == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds), resumed);
    }

    private bool IsResumed(ParseResult parsed) => parsed.GetResult(resume) is { Implicit: false };

    /// <summary>The log given on the command line; null if none is.</summary>
    private string? LogPath(ParseResult parsed)
    {
        string? named = parsed.GetValue(log);
        string? resumed = parsed.GetValue(resume);
        if (named is not null && resumed is not null)
            throw new UserErrorException($"--resume {resumed}: --log {named} is given too; must be one log");

        if (named is null && resumed is null && IsResumed(parsed))
            throw new UserErrorException("--resume: must be followed by the log to continue, or be used with --log FILE");

        return (named ?? resumed) is { } path ? SharedOptions.LogName(path) : null;
    }

    /// <summary>The header of the log to continue; null if there is none yet.</summary>
    private LogHeader? Earlier(ParseResult parsed, string path)
    {
        LogHeader? header = RunLogReader.HeaderOf(path);
        return header is null && parsed.GetValue(resume) is not null && !settings.Given(parsed)
            ? throw new UserErrorException($"--resume {path}: holds no sweep yet; must be a log, or be used with the sweep's options")
            : header;
    }

    private RunLogWriter Open(ParseResult parsed, string? path, SweepSpec spec, Shard part)
    {
        if (path is not null)
            return IsResumed(parsed) ? RunLogWriter.Resume(path, spec, part) : RunLogWriter.Create(path, spec, part);

        string stem = $"parity-{DateTime.Now:yyyyMMdd-HHmmss}";
        return RunLogWriter.Create(number => number == 1 ? $"{stem}.msgpack" : $"{stem}-{number}.msgpack", spec, part);
    }

    /// <summary>The folder of the runs' parameters; it must be new or empty for a new sweep.</summary>
    private string? WeightsPath(ParseResult parsed, SweepSpec? earlier, SweepSpec spec)
    {
        if (parsed.GetValue(weights) is not { } folder)
        {
            return parsed.GetResult(weightsAt) is { Implicit: false }
                ? throw new UserErrorException($"--weights-at {parsed.GetValue(weightsAt)}: must be used with --weights FOLDER")
                : null;
        }

        if (AtCurve(parsed) && spec.Curve == CurveSteps.None)
            throw new UserErrorException($"--weights-at {EveryPoint}: must be used with --curve, which sets the steps");

        if (folder.Length == 0 || File.Exists(folder))
            throw new UserErrorException($"--weights {(folder.Length == 0 ? "''" : folder)}: must be the name of a folder");

        if (earlier is not null && !earlier.Points().SequenceEqual(spec.Points()))
            throw new UserErrorException($"--weights {folder}: its files are numbered by point, and these options change the log's points; must be used with a new log");

        return !Directory.Exists(folder) || IsResumed(parsed) || !Directory.EnumerateFileSystemEntries(folder).Any()
            ? folder
            : throw new UserErrorException($"--weights {folder}: is not empty; must be a new or empty folder, unless the sweep is resumed");
    }

    private bool AtCurve(ParseResult parsed) => parsed.GetValue(weightsAt) == EveryPoint;

    private static string Heading(SweepSpec spec, Shard part, SweepDevices devices, RunLogWriter writer)
    {
        string done = writer.Done.Count > 0 ? $", {writer.Done.Count} already done," : "";
        string shard = part.IsPart ? $", shard {part}" : "";
        return $"{Count(spec.Runs / spec.Seeds, "point")} x {Count(spec.Seeds, "seed")}{shard}{done} on {devices.Description}";
    }

    /// <summary>A number of things, such as "3 points".</summary>
    public static string Count(long number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";

    private string ResumeCommand(ParseResult parsed, string path)
    {
        var words = new List<string> { $"parity sweep --resume {Quoted(path)}" };
        if (parsed.GetResult(device) is { Implicit: false })
            words.Add($"--device {parsed.GetValue(device)}");

        if (parsed.GetValue(threads) is { } count)
            words.Add($"--threads {count}");

        if (parsed.GetResult(checkpoint) is { Implicit: false })
            words.Add($"--checkpoint {parsed.GetValue(checkpoint)}");

        if (parsed.GetValue(weights) is { } folder)
            words.Add($"--weights {Quoted(folder)}");

        if (AtCurve(parsed))
            words.Add($"--weights-at {EveryPoint}");

        return string.Join(' ', words);
    }

    private static string Quoted(string path) =>
        path.All(c => char.IsLetterOrDigit(c) || "/\\:._-+".Contains(c, StringComparison.Ordinal)) ? path : $"'{path}'";
}
