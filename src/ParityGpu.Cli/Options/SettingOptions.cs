using System.CommandLine;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>The settings of a sweep as options: one per <see cref="SpecSetting"/>.</summary>
/// <param name="defaults">Their values unless given.</param>
/// <param name="without">Names of settings that are not offered as options.</param>
internal sealed class SettingOptions(SweepSpec defaults, params string[] without)
{
    private readonly List<(SpecSetting Setting, Option<string> Option)> options = [];

    private readonly Option<string?> spec = new("--spec")
    {
        Description = "JSON file with the same settings, or - for the standard input; options override it",
        HelpName = "file",
    };

    /// <summary>The spec file as an argument, an alternative to --spec.</summary>
    private readonly Argument<string?> specArgument = new("SPEC")
    {
        Description = "JSON file with settings, like --spec",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Adds every setting, the spec file, and the spec file as an argument.</summary>
    public void AddWithArgumentTo(Command command)
    {
        command.Add(specArgument);
        AddTo(command);
    }

    /// <summary>Adds every setting and the spec file.</summary>
    public void AddTo(Command command)
    {
        AddTo(command, SpecSetting.All.Where(setting => !without.Contains(setting.Name)));
        command.Add(spec);
    }

    /// <summary>Adds some settings.</summary>
    public void AddTo(Command command, IEnumerable<SpecSetting> settings)
    {
        foreach (SpecSetting setting in settings)
        {
            string value = string.Join(',', setting.Values(defaults));
            var option = new Option<string>(setting.Option)
            {
                Description = setting.Names.Count > 0
                    ? $"{setting.Description}: {string.Join(", ", setting.Names)}"
                    : setting.Description,
                HelpName = setting.IsList ? $"{setting.HelpName},..." : setting.HelpName,
                DefaultValueFactory = _ => value,
            };
            option.CompletionSources.Add(context => Completions.Of(setting, context.WordToComplete));
            options.Add((setting, option));
            command.Add(option);
        }
    }

    /// <summary>The validated sweep of a command line.</summary>
    /// <exception cref="UserErrorException">A setting is wrong, or has no effect.</exception>
    public SweepSpec Read(ParseResult parsed) => Read(parsed, defaults);

    /// <summary>The spec file of a command line, if it has one.</summary>
    public IEnumerable<string> Files(ParseResult parsed) => new[] { parsed.GetValue(spec), parsed.GetValue(specArgument) }.OfType<string>();

    /// <summary>Whether a command line has a setting or a spec file.</summary>
    public bool Given(ParseResult parsed) =>
        parsed.GetValue(spec) is not null || options.Any(entry => parsed.GetResult(entry.Option) is { Implicit: false });

    /// <summary>The validated sweep that results from applying a command line to another sweep.</summary>
    /// <exception cref="UserErrorException">A setting is wrong, or has no effect.</exception>
    public SweepSpec Read(ParseResult parsed, SweepSpec start)
    {
        string? argument = parsed.GetValue(specArgument);
        if (argument is not null && parsed.GetValue(spec) is { } other)
            throw new UserErrorException($"--spec {other}: {argument} is given too; must be one spec file");

        var listed = new HashSet<SpecSetting>();
        SweepSpec result = (parsed.GetValue(spec) ?? argument) is { } path ? SpecFile.Load(path, start, listed) : start;
        var typed = new List<SpecSetting>();
        foreach ((SpecSetting setting, Option<string> option) in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                string text = parsed.GetValue(option)!;
                result = setting.Apply(result, setting.IsList ? text.Split(',') : [text], setting.Option);
                typed.Add(setting);
            }
        }

        SpecValidation.Validate(result);
        IdleSettings.Refuse(result, typed, listed);
        return result;
    }
}
