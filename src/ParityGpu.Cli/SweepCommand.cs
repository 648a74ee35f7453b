using System.CommandLine;
using ParityGpu.Cli.Cluster;
using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli;

/// <summary>parity sweep: trains every run of a sweep, logs them, and shows the result.</summary>
internal sealed class SweepCommand
{
    private readonly SettingOptions settings = new(new SweepSpec());
    private readonly Option<string> device = SharedOptions.Device();
    private readonly Option<int?> threads = SharedOptions.Threads();

    private readonly Option<string?> log = new("--log")
    {
        Description = "file that receives the finished runs [default: parity-<date>-<time>.msgpack]",
        HelpName = "file",
    };

    private readonly Option<bool> resume = new("--resume")
    {
        Description = "go on with the sweep in --log, or start it if there is no such file",
    };

    private readonly ShardOption shard = new();
    private readonly Option<string> format = SharedOptions.Format("text", "json");
    private readonly Option<bool> quiet = new("--quiet") { Description = "show no progress" };

    private SweepCommand()
    {
    }

    public static Command Create()
    {
        var sweep = new SweepCommand();
        var command = new Command("sweep", "Trains every combination of the given settings from many seeds. Lists are comma-separated.");
        sweep.settings.AddTo(command);
        command.Add(sweep.device);
        command.Add(sweep.threads);
        command.Add(sweep.log);
        command.Add(sweep.resume);
        command.Add(sweep.shard.Option);
        command.Add(sweep.format);
        command.Add(sweep.quiet);
        command.SetAction(sweep.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        SweepSpec spec = settings.Read(parsed);
        Shard part = shard.Read(parsed);
        string path = LogPath(parsed);

        using var interruption = new Interruption();
        using (RunLogWriter writer = parsed.GetValue(resume) ? RunLogWriter.Resume(path, spec, part) : RunLogWriter.Create(path, spec, part))
        using (Device opened = DeviceCatalog.Open(parsed.GetValue(device)!, parsed.GetValue(threads)))
        {
            writer.Start($"{opened.Name} ({opened.Description})");
            if (writer.TornBytes > 0)
                error.WriteLine($"{path}: cut {writer.TornBytes} bytes of a torn record");

            try
            {
                ProgressDisplay.Watch(error, parsed.GetValue(quiet), Heading(spec, part, opened, writer), progress => SweepRunner.Run(
                    spec, opened, writer.Done, writer, progress, interruption.Token, shard: part));
                writer.Complete();
            }
            catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
            {
                error.WriteLine($"stopped; the finished runs are in {path}; go on with: {ResumeCommand(parsed, spec, part, path)}");
                return exitCode;
            }
            catch (IOException e) when (e is not LogLostException)
            {
                throw new IOException(
                    $"{path}: {e.Message}; the finished runs are in the log; go on with: {ResumeCommand(parsed, spec, part, path)}", e);
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

    /// <summary>The result as the log has it, not as it was seen going by.</summary>
    private void Show(ParseResult parsed, string path, TextWriter output, TextWriter error)
    {
        var summary = new SummaryBuilder();
        summary.Add(path);
        bool text = parsed.GetValue(format) == "text";
        SummaryOutput.Write(output, parsed.GetValue(format)!, summary.Build());
        if (text)
            output.WriteLine();

        (text ? output : error).WriteLine($"log: {path}");
    }

    private string LogPath(ParseResult parsed)
    {
        string? given = parsed.GetValue(log);
        if (given is null && parsed.GetValue(resume))
            throw new UserErrorException("--resume: must come with --log FILE, the log to go on with");

        if (given is { } path)
            return SharedOptions.LogName(path);

        string stem = $"parity-{DateTime.Now:yyyyMMdd-HHmmss}";
        string name = $"{stem}.msgpack";
        for (int number = 2; File.Exists(name); number++)
            name = $"{stem}-{number}.msgpack";

        return name;
    }

    private static string Heading(SweepSpec spec, Shard part, Device device, RunLogWriter writer)
    {
        string done = writer.Done.Count > 0 ? $", {writer.Done.Count} done before" : "";
        string shard = part.IsPart ? $", shard {part}" : "";
        string threads = device.Threads > 0 ? $", {Count(device.Threads, "thread")}" : "";
        return $"{Count(spec.Runs / spec.Seeds, "point")} x {Count(spec.Seeds, "seed")}{shard}{done} on {device.Name} ({device.Description}{threads})";
    }

    /// <summary>A number of things, such as "3 points".</summary>
    public static string Count(long number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";

    private string ResumeCommand(ParseResult parsed, SweepSpec spec, Shard part, string path)
    {
        var words = new List<string> { "parity sweep" };
        words.AddRange(SettingOptions.Write(spec));
        if (parsed.GetResult(device) is { Implicit: false })
            words.Add($"--device {parsed.GetValue(device)}");

        if (parsed.GetValue(threads) is { } count)
            words.Add($"--threads {count}");

        if (part.IsPart)
            words.Add($"--shard {part}");

        words.Add($"--log {Quoted(path)} --resume");
        return string.Join(' ', words);
    }

    private static string Quoted(string path) =>
        path.All(c => char.IsLetterOrDigit(c) || "/\\:._-+".Contains(c, StringComparison.Ordinal)) ? path : $"'{path}'";
}
