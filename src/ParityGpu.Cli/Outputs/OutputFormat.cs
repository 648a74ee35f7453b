using System.CommandLine;
using ParityGpu.Cli.Options;

namespace ParityGpu.Cli.Outputs;

/// <summary>The form of a result, from --format or from the extension of the file's name.</summary>
/// <param name="names">The forms, the usual one first.</param>
internal sealed class OutputFormat(params string[] names)
{
    /// <summary>The option to add to a command.</summary>
    public Option<string> Option { get; } = SharedOptions.Format(names);

    /// <summary>The form of a command line's result.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The file of -o, or null.</param>
    /// <exception cref="UserErrorException">The extension contradicts --format, or belongs to none of the forms.</exception>
    public string Read(ParseResult parsed, string? file)
    {
        string format = parsed.GetValue(Option)!;
        string ending = file is null || OutputFiles.IsStream(file) ? "" : Path.GetExtension(file).ToLowerInvariant();
        string? named = Array.Find(names, name => Ending(name) == ending);
        bool given = parsed.GetResult(Option) is { Implicit: false };
        if (given && named is not null && named != format)
            throw new UserErrorException($"--format {format}: -o {file} ends in {ending}; must be {named}, or the name must end in {Ending(format)}");

        if (!given && named is null && ending.Length > 0)
        {
            throw new UserErrorException(
                $"-o {file}: its ending does not say the format; must end in {string.Join(", ", names.Select(Ending))}, or be used with --format");
        }

        return given ? format : named ?? format;
    }

    private static string Ending(string name) => name == "text" ? ".txt" : $".{name}";
}
