namespace ParityGpu.Figures.Drawing;

/// <summary>Files that are there whole or not at all.</summary>
public static class WholeFile
{
    /// <summary>Checks that there is a folder for a file, before others are written.</summary>
    /// <param name="path">File to be written.</param>
    /// <param name="option">How the user named it, for the message.</param>
    /// <exception cref="UserErrorException">There is none, or the file is a folder itself.</exception>
    public static void Check(string path, string option)
    {
        if (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new UserErrorException($"{option} {path}: cannot be written; must be a file in a folder that exists");
    }

    /// <summary>Writes beside the file and then takes its place.</summary>
    /// <param name="path">File to write; replaced if it exists.</param>
    /// <param name="option">How the user named it, for messages.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="UserErrorException">The file cannot be written; nothing is left behind.</exception>
    public static void Write(string path, string option, Action<Stream> write)
    {
        string partial = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (FileStream file = File.Create(partial))
                write(file);

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Remove(partial);
            throw new UserErrorException($"{option} {path}: cannot be written ({e.Message.ReplaceLineEndings(" ")}); must be a file in a folder that can be written to", e);
        }
    }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteText(string path, string option, Action<TextWriter> write) => Write(path, option, stream =>
    {
        using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        write(text);
    });

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The message about the file itself says what is wrong with its folder.
        }
    }
}
