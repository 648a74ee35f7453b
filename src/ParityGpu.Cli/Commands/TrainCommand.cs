using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Weights;

namespace ParityGpu.Cli.Commands;

/// <summary>parity train: one run, measured while it trains.</summary>
internal sealed class TrainCommand
{
    private static readonly SweepSpec Defaults = new() { Width = [100], Curve = CurveSteps.Logarithmic(8), Seeds = 1 };

    private readonly SettingOptions settings = new(Defaults, "seeds", "firstSeed");
    private readonly Option<long?> seed = SharedOptions.Seed();
    private readonly Option<string> device = SharedOptions.Device();
    private readonly Option<int?> threads = SharedOptions.Threads();

    private readonly Option<string?> log = new("--log")
    {
        Description = "file that receives the run and its curve [default: none]",
        HelpName = "file",
    };

    private readonly Option<string?> weights = new("--weights")
    {
        Description = "file that receives the trained parameters, in NumPy format (.npz) [default: none]",
        HelpName = "file",
    };

    private readonly OutputFormat format = new("text", "json", "csv");
    private readonly OutputOptions result = new("the table of the run's curve");

    private TrainCommand()
    {
    }

    public static Command Create()
    {
        var train = new TrainCommand();
        var command = new Command("train", "Trains one network and plots its loss, accuracy and movement in the terminal.");
        train.settings.AddTo(command);
        command.Add(train.seed);
        command.Add(train.device);
        command.Add(train.threads);
        command.Add(train.log);
        command.Add(train.weights);
        command.Add(train.format.Option);
        train.result.AddTo(command);
        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string form = format.Read(parsed, result.Name(parsed));
        TextWriter error = parsed.InvocationConfiguration.Error;
        SweepSpec spec = ReadSpec(parsed);
        using OutputFiles files = result.Begin(parsed, settings.Files(parsed));
        OutputFile? file = result.Name(parsed) is { } name ? files.Add("-o", name) : null;
        OutputFile? arrays = parsed.GetValue(weights) is { } archive ? files.Add("--weights", archive) : null;
        if (parsed.GetValue(log) is { } other)
            files.CheckOther("--log", other);

        TextWriter output = parsed.InvocationConfiguration.Output;
        using var interruption = new Interruption();
        using RunLogWriter? writer = parsed.GetValue(log) is { } path
            ? RunLogWriter.Create(SharedOptions.LogName(path), spec)
            : null;
        using Device opened = DeviceCatalog.Open(parsed.GetValue(device)!, parsed.GetValue(threads), error.WriteLine);
        writer?.Start($"{opened.Name} ({opened.Description})");
        var sink = new RunKeeper(writer);
        bool draw = file is null && form == "text" && ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        try
        {
            if (draw)
                TrainingScreen.Watch(spec.Curve.IsLogarithmic, Train);
            else
                Train(_ => { });
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
        {
            writer?.Discard();
            error.WriteLine("stopped; the run is not finished and nothing is written (a run of 'parity sweep --seeds 1' can be resumed)");
            return exitCode;
        }
        catch (Exception e) when (e is UserErrorException or DeviceFailedException)
        {
            writer?.Discard();
            throw;
        }

        if (draw)
            CurveOutput.WriteEnd(output, sink.Run.Record);
        else if (file is null)
            CurveOutput.Write(output, error, form, spec.Points().Single(), sink.Run);
        else
            OutputOptions.WriteText(file, text => CurveOutput.Write(text, error, form, spec.Points().Single(), sink.Run));

        if (arrays is not null)
            WeightsFile.Write(arrays.Stream, spec, spec.Points().Single(), sink.Run);

        files.Commit();
        return ExitCodes.Ok;

        void Train(Action<CurvePoint> measured) => SweepRunner.Run(
            spec, opened, new RunSet(), sink, _ => { }, interruption.Token, (_, _, point) => measured(point), kept: arrays is not null ? KeptParameters.AtEnd : KeptParameters.Never);
    }

    private SweepSpec ReadSpec(ParseResult parsed)
    {
        SweepSpec spec = settings.Read(parsed);
        foreach (SpecSetting setting in SpecSetting.All)
        {
            if (setting.Values(spec).Length != 1)
            {
                throw new UserErrorException(
                    $"{setting.Option} {setting.Shown(spec)}: must be one value; 'parity sweep' trains several");
            }
        }

        if (spec.Curve == CurveSteps.None)
            throw new UserErrorException("--curve none: must be the steps to measure at, an integer or log:q");

        return SpecValidation.Validate(spec with { Seeds = 1, FirstSeed = parsed.GetValue(seed) ?? 0 });
    }

    /// <summary>Keeps the run for the output and passes it on to a log.</summary>
    private sealed class RunKeeper(RunLogWriter? log) : IRunSink
    {
        public FinishedRun Run { get; private set; }

        public void Write(ReadOnlySpan<FinishedRun> runs)
        {
            if (runs.Length > 0)
                Run = runs[0];

            log?.Write(runs);
        }
    }
}
