using System.CommandLine;
using System.CommandLine.Parsing;
using ParityGpu.Cli.Options;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Theory;

/// <summary>Options of the theory commands, parsed and rejected like the settings of a sweep.</summary>
internal static class TheoryOptions
{
    public static Option<string> Format() => SharedOptions.Format("text", "json", "csv");

    /// <summary>An option of one value.</summary>
    public static Option<T> Value<T>(string name, string description, ValueKind<T> kind, T standard)
    {
        var option = new Option<T>(name)
        {
            Description = Describe(description, kind),
            HelpName = kind.HelpName,
            DefaultValueFactory = _ => standard,
            CustomParser = result => Parse(result, name, kind, result.Tokens[0].Value),
        };
        // The library would offer an enumeration's names as they are spelled in the code.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. kind.Names]);
        return option;
    }

    /// <summary>An option whose default is computed from the other options, as <paramref name="standard"/> says.</summary>
    public static Option<T[]?> OptionalList<T>(string name, string description, ValueKind<T> kind, string standard) => new(name)
    {
        Description = $"{description} [default: {standard}]",
        HelpName = $"{kind.HelpName},...",
        CustomParser = result => ParseList(result, name, kind),
    };

    /// <summary>An option of one or more values, separated by commas.</summary>
    public static Option<ValueList<T>> List<T>(string name, string description, ValueKind<T> kind, params T[] standard) => new(name)
    {
        Description = Describe(description, kind),
        HelpName = $"{kind.HelpName},...",
        CustomParser = result => new ValueList<T>(ParseList(result, name, kind), kind),
        DefaultValueFactory = _ => new ValueList<T>(standard, kind),
    };

    /// <summary>Rejects an option that was given but has no effect.</summary>
    /// <exception cref="UserErrorException">It was given.</exception>
    public static void RefuseIdle(ParseResult parsed, Option option, string needs)
    {
        if (parsed.GetResult(option) is { Implicit: false, Tokens: [var token, ..] })
            throw new UserErrorException($"{option.Name} {SpecSetting.Echo(token.Value)}: needs {needs}; must be left out otherwise");
    }

    private static string Describe<T>(string description, ValueKind<T> kind) =>
        kind.Names.Count > 0 ? $"{description}: {string.Join(", ", kind.Names)}" : description;

    private static T[] ParseList<T>(ArgumentResult result, string name, ValueKind<T> kind)
    {
        T[] values = [.. result.Tokens[0].Value.Split(',').Select(text => Parse(result, name, kind, text))];
        if (values.Distinct().Count() < values.Length)
            result.AddError($"{name} {SpecSetting.Echo(result.Tokens[0].Value)}: must be different values");

        return values;
    }

    private static T Parse<T>(ArgumentResult result, string name, ValueKind<T> kind, string text)
    {
        if (kind.TryParse(text.Trim(), out T value) && kind.Allows(value))
            return value;

        result.AddError($"{name} {(text.Length == 0 ? "''" : SpecSetting.Echo(text))}: must be {kind.Allowed}{Spelling.Hint(text, kind.Names)}");
        return value;
    }
}
