using System.CommandLine.Completions;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>Completions of a word.</summary>
internal static class Completions
{
    /// <summary>The names of all settings of points.</summary>
    public static string[] Settings { get; } = [.. SpecSetting.OfPoints.Select(setting => setting.Option[2..])];

    /// <summary>Values of a setting that are words.</summary>
    public static IEnumerable<CompletionItem> Of(SpecSetting setting, string word)
    {
        IReadOnlyList<string> values = setting.Names.Count > 0 ? setting.Names : setting.Words;
        return setting.IsList ? OfList(word, values) : values.Select(name => new CompletionItem(name));
    }

    /// <summary>Values separated by commas, of which only the last is completed.</summary>
    public static IEnumerable<CompletionItem> OfList(string word, IEnumerable<string> values)
    {
        string before = word[..(word.LastIndexOf(',') + 1)];
        return values.Except(before.Split(',')).Select(value => new CompletionItem(before + value));
    }

    /// <summary>The options of the command being typed, for a word that starts an option after one whose value is optional.</summary>
    public static IEnumerable<CompletionItem> OfOptions(CompletionContext context) => context.WordToComplete.StartsWith('-')
        ? context.ParseResult.CommandResult.Command.Options.Select(option => new CompletionItem(option.Name))
        : [];

    /// <summary>Conditions such as <c>loss=hinge,square</c>: first the setting, then its values.</summary>
    public static IEnumerable<CompletionItem> OfCondition(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return Settings.Select(name => new CompletionItem(name + "="));

        string before = word[..(equals + 1)];
        return SpecSetting.Find(word[..equals]) is not { } setting
            ? []
            : Of(setting, word[(equals + 1)..]).Select(value => new CompletionItem(before + value.Label));
    }
}
