using System.CommandLine;

namespace ParityGpu.Cli.Theory;

/// <summary>An option of values separated by commas, whose default stands in its description as the user would write it.</summary>
internal sealed class ListOption<T>(string name, params T[] standard) : Option<T[]>(name)
{
    /// <summary>The values that were given, or the default.</summary>
    public T[] Of(ParseResult parsed) => parsed.GetResult(this) is null ? standard : parsed.GetValue(this)!;
}
