using System.CommandLine;
using System.Text;
using ParityGpu.Cli.Options;

namespace ParityGpu.Cli.Outputs;

/// <summary>-o and --force, the same for every command that writes a file.</summary>
internal sealed class OutputOptions
{
    /// <param name="what">What the file receives.</param>
    /// <param name="required">Whether the file is required.</param>
    public OutputOptions(string what, bool required = false) => file = new("-o", "--out")
    {
        Description = required ? $"file for {what}, or - for the standard output" : $"file for {what} [default: the standard output]",
        HelpName = "file",
        Required = required,
    };

    private readonly Option<string?> file;
    private readonly Option<bool> force = SharedOptions.Flag("--force", "replace existing files");

    public void AddTo(Command command)
    {
        command.Add(file);
        command.Add(force);
    }

    /// <summary>What -o was given, or null.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(file);

    /// <summary>The files of a command line; the caller adds that of -o first.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="read">Files that the command reads.</param>
    /// <exception cref="UserErrorException">--force is given, and no file.</exception>
    public OutputFiles Begin(ParseResult parsed, params IEnumerable<string> read) =>
        parsed.GetValue(force) && Name(parsed) is null
            ? throw new UserErrorException("--force: must be used with -o FILE, the file to replace")
            : new OutputFiles(parsed.GetValue(force), [.. read], parsed.InvocationConfiguration.Output);

    /// <summary>Writes a text to the file of -o, or to the standard output.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="read">Files that the command reads.</param>
    /// <param name="write">Computes and writes the text. The file is checked first.</param>
    public void Write(ParseResult parsed, IEnumerable<string> read, Action<TextWriter> write)
    {
        using OutputFiles files = Begin(parsed, read);
        if (Name(parsed) is not { } name)
        {
            write(parsed.InvocationConfiguration.Output);
            return;
        }

        OutputFile file = files.Add("-o", name);
        WriteText(file, write);
        files.Commit();
    }

    /// <summary>Writes a text in UTF-8 with line feeds.</summary>
    public static void WriteText(OutputFile file, Action<TextWriter> write)
    {
        using var text = new StreamWriter(file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        write(text);
    }
}
