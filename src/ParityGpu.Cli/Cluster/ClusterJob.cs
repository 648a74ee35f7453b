using System.CommandLine;
using System.Text.RegularExpressions;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Cluster;

/// <summary>
/// What the commands that write cluster jobs share: the sweep, its number of shards, the resources of each, and where the logs are.
/// </summary>
internal sealed partial class ClusterJob
{
    private const int MaxCpus = 1024;
    private const int MaxGpus = 1024;

    private readonly SettingOptions settings = new(new SweepSpec());
    private readonly Option<int?> shards;
    private readonly Option<string> folder;
    private readonly Option<string> device = SharedOptions.Devices();
    private readonly Option<int?> cpus = SharedOptions.Integer("--cpus", "CPU cores per task, one thread each [default: 1]", 1, MaxCpus);
    private readonly Option<int?> gpus =
        SharedOptions.Integer("--gpus", "GPUs per task, which trains on all of them [default: none]", 1, MaxGpus);

    private readonly Option<int?> atOnce = SharedOptions.Integer("--at-once", "largest number of tasks that run at once [default: all]", 1, Shard.MaxCount);
    private readonly Option<string?> memory = Text("--memory", "memory per task, such as 4G", "size", Size(), "an integer followed by M, G or T");

    private readonly OutputOptions job = new("the job");

    /// <param name="maxTasks">Maximum number of tasks on the cluster.</param>
    /// <param name="folder">Where the logs are unless the user says so.</param>
    public ClusterJob(int maxTasks, string folder)
    {
        shards = SharedOptions.Integer("--shards", "number of shards, one task each", 1, maxTasks);
        shards.Required = true;
        this.folder = new Option<string>("--folder")
        {
            Description = "folder for the logs",
            HelpName = "folder",
            DefaultValueFactory = _ => folder,
        };
        this.folder.Validators.Add(result => Check(
            result, "--folder", Folder(), "a path without quotes, backslashes, %, ! or `, and with $ only before the name of a variable"));
    }

    /// <summary>An option whose value goes into the job and is therefore restricted to a few characters.</summary>
    public static Option<string?> Text(string name, string description, string helpName, Regex form, string allowed)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => Check(result, name, form, allowed));
        return option;
    }

    /// <summary>Adds the options; <paramref name="own"/> are the command's own ones.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own)
    {
        settings.AddWithArgumentTo(command);
        command.Add(shards);
        command.Add(folder);
        foreach (Option option in own)
            command.Add(option);

        command.Add(cpus);
        command.Add(memory);
        command.Add(gpus);
        command.Add(atOnce);
        command.Add(device);
        job.AddTo(command);
    }

    /// <summary>Reads the options and writes the job that they describe.</summary>
    /// <param name="parsed">A command line.</param>
    /// <param name="compose">The text of the job, with line feeds.</param>
    /// <param name="submit">How to submit the job in a file.</param>
    /// <exception cref="UserErrorException">An option is wrong, or the file exists.</exception>
    public int Write(ParseResult parsed, Func<ClusterTasks, string> compose, Func<string, ClusterTasks, string> submit)
    {
        ClusterTasks read = Read(parsed);
        job.Write(parsed, settings.Files(parsed), output => output.Write(compose(read)));
        if (job.Name(parsed) is { } path && !OutputFiles.IsStream(path))
            parsed.InvocationConfiguration.Output.WriteLine($"{path}: submit with: {submit(path, read)}");

        return ExitCodes.Ok;
    }

    private ClusterTasks Read(ParseResult parsed)
    {
        SweepSpec spec = settings.Read(parsed);
        int count = parsed.GetValue(shards)!.Value;
        if (count > spec.Runs)
            throw new UserErrorException($"--shards {count}: must be at most the sweep's {spec.Runs} runs");

        int? cards = parsed.GetValue(gpus);
        bool deviceGiven = parsed.GetResult(device) is { Implicit: false };
        return new ClusterTasks(
            spec,
            count,
            parsed.GetValue(folder)!.TrimEnd('/') is { Length: > 0 } path ? path : "/",
            parsed.GetValue(cpus) ?? 1,
            parsed.GetValue(memory),
            cards,
            deviceGiven ? parsed.GetValue(device) : cards switch { null => null, 1 => "cuda", _ => "all" },
            parsed.GetValue(atOnce) is { } most && most < count ? most : null);
    }

    private static void Check(System.CommandLine.Parsing.OptionResult result, string name, Regex form, string allowed)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (result.Tokens.Count == 1 && !form.IsMatch(text))
            result.AddError($"{name} {(text.Length == 0 ? "''" : SpecSetting.Echo(text))}: must be {allowed}");
    }

    [GeneratedRegex(@"\A[1-9][0-9]{0,8}[MGT]\z")]
    private static partial Regex Size();

    /// <summary>Text that is literal, except for variables, between double quotes in a shell and in names of Slurm's output files.</summary>
    [GeneratedRegex(@"\A(?:[^\p{C}""'\\`%$!]|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})+\z")]
    private static partial Regex Folder();
}
