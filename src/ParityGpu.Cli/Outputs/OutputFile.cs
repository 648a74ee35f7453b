namespace ParityGpu.Cli.Outputs;

/// <summary>
/// Something that a command writes: either a file that appears complete or not at all, because it is written under a temporary name beside its own;
/// or a pipe or the standard output, which receives everything at the end.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string? temporary;
    private bool isCommitted;

    /// <param name="option">The option that names it.</param>
    /// <param name="given">What the option was given.</param>
    /// <param name="path">The file that it leads to; null for a pipe or the standard output.</param>
    /// <exception cref="UserErrorException">It cannot be created.</exception>
    public OutputFile(string option, string given, string? path)
    {
        Option = option;
        Given = given;
        Path = path;
        if (path is null)
        {
            Stream = Spool();
            return;
        }

        temporary = $"{path}.{System.IO.Path.GetRandomFileName()}.part";
        try
        {
            Stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"{option} {given}: cannot be created; must be in a directory that you may write to", e);
        }
    }

    public string Option { get; }

    public string Given { get; }

    /// <summary>The file, links followed; null for a pipe or the standard output.</summary>
    public string? Path { get; }

    /// <summary>Receives the content.</summary>
    public Stream Stream { get; }

    /// <summary>Renames the complete file to its name, or sends the content to the pipe.</summary>
    /// <param name="force">Whether a file of this name may be replaced.</param>
    /// <param name="output">The standard output.</param>
    /// <exception cref="UserErrorException">A file of this name has appeared in the meantime.</exception>
    public void Commit(bool force, TextWriter output)
    {
        if (Path is null)
        {
            Stream.Position = 0;
            HandOn(output);
            return;
        }

        ((FileStream)Stream).Flush(flushToDisk: true);
        Stream.Dispose();
        if (!force && File.Exists(Path))
            throw Exists(Option, Given);

        File.Move(temporary!, Path, force);
        isCommitted = true;
    }

    /// <summary>Removes the file unless it was completed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (temporary is not null && !isCommitted)
            File.Delete(temporary);
    }

    public static UserErrorException Exists(string option, string given) =>
        new($"{option} {given}: exists; must be a new file, or add --force to replace it");

    private void HandOn(TextWriter output)
    {
        if (!OutputFiles.IsStandardOutput(Given))
        {
            using var pipe = new FileStream(Given, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            Stream.CopyTo(pipe);
        }
        else if (ReferenceEquals(output, Console.Out))
        {
            using Stream console = Console.OpenStandardOutput();
            Stream.CopyTo(console);
        }
        else
        {
            using var text = new StreamReader(Stream);
            output.Write(text.ReadToEnd());
        }
    }

    /// <summary>A buffer for what goes into a pipe: an unnamed temporary file, or memory if there is no folder for such files.</summary>
    private static Stream Spool()
    {
        try
        {
            string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
            return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new MemoryStream();
        }
    }
}
