using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    private const int MaxThreads = 1024;

    private static readonly string[] DeviceNames = ["auto", "cpu", "opencl", "cuda"];

    public static Option<string> Device()
    {
        var option = new Option<string>("--device")
        {
            Description = "where to train: auto, cpu, opencl[:i] or cuda[:i]",
            HelpName = "name",
            DefaultValueFactory = _ => "auto",
        };
        option.CompletionSources.Add(DeviceNames);
        return option;
    }

    public static Option<string> Devices()
    {
        var option = new Option<string>("--device")
        {
            Description = "where to train: auto, cpu, opencl[:i], cuda[:i], several of them, or all",
            HelpName = "name,...",
            DefaultValueFactory = _ => "auto",
        };
        option.CompletionSources.Add(context => Completions.OfList(context.WordToComplete, DeviceNames).Concat(
            context.WordToComplete.Contains(',', StringComparison.Ordinal) ? [] : [new CompletionItem("all")]));
        return option;
    }

    /// <summary>The logs that a command reads, at least one.</summary>
    public static Argument<string[]> Logs(string description = "logs of 'parity sweep'; several are combined") =>
        new("LOG") { Description = description, Arity = ArgumentArity.OneOrMore };

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>An option that takes one of a few words.</summary>
    public static Option<string> Word(string name, string description, string helpName, IEnumerable<string> words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        option.CompletionSources.Add([.. words]);
        return option;
    }

    public static Option<int?> Threads() => Integer("--threads", "CPU threads [default: all cores]", 1, MaxThreads);

    public static Option<long?> Seed() => new("--seed")
    {
        Description = "seed of the run [default: 0]",
        HelpName = "integer",
        CustomParser = result => Integer(result, "--seed", 0, long.MaxValue - 1),
    };

    /// <summary>An option that takes an integer.</summary>
    public static Option<int?> Integer(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "integer",
        CustomParser = result => (int?)Integer(result, name, least, most),
    };

    /// <summary>The name that --log was given.</summary>
    /// <exception cref="UserErrorException">It is blank, or means the standard output.</exception>
    public static string LogName(string path) =>
        path.Trim() is "" or "-" ? throw new UserErrorException($"--log '{path}': must be the name of a file") : path;

    /// <summary>The option for the form of a command's result.</summary>
    public static Option<string> Format(params string[] names) => OneOf("--format", "format of the result", names);

    /// <summary>An option that takes one of a few names, the first by default.</summary>
    public static Option<string> OneOf(string name, string description, params string[] names)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => names[0],
        };
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : names[0];
            if (!names.Contains(given))
                result.AddError($"{name} {given}: must be one of {string.Join(", ", names)}{Spelling.Hint(given, names)}");
        });
        return option;
    }

    /// <summary>The value of an option that was given by name; null if it was not given.</summary>
    /// <exception cref="UserErrorException">There is no value of that name.</exception>
    public static T? Choice<T>(NameKind<T> kind, string? name, string option)
        where T : struct, Enum =>
        name is null ? null
        : kind.TryParse(name, out T value) ? value
        : throw new UserErrorException($"{option} {SpecSetting.Echo(name)}: must be {kind.Allowed}{Spelling.Hint(name, kind.Names)}");

    /// <summary>The number that an option was given; null, with an error, if it is not a number or out of bounds.</summary>
    public static double? Number(ArgumentResult result, string option, double least, double most)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
            return value;

        result.AddError($"{option} {text}: must be a number from {least} to {most}");
        return null;
    }

    private static long? Integer(ArgumentResult result, string option, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (WholeNumber.TryParse(text, out long value) && value >= least && value <= most)
            return value;

        result.AddError($"{option} {text}: must be an integer from {least} to {most}");
        return null;
    }
}
