namespace ParityGpu.Logs;

/// <summary>Writing to the files of logs.</summary>
internal static class LogFile
{
    /// <summary>Hands bytes to the operating system.</summary>
    /// <exception cref="IOException">The disk is full or gone, or the file may not grow.</exception>
    public static void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // How .NET reports EFBIG: a limit of the file system or of the user (ulimit -f).
            throw new IOException("the file may not grow further", e);
        }
    }

    /// <summary>Checks that a log may be created.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="otherwise">What else the user can do where it exists; empty if nothing.</param>
    /// <exception cref="UserErrorException">The file exists or its directory does not.</exception>
    public static void CheckNew(string path, string option, string otherwise)
    {
        if (Directory.Exists(path))
            throw new UserErrorException($"{option} {path}: is a directory; must be a file");

        if (File.Exists(path))
            throw new UserErrorException($"{option} {path}: exists; must be a new file{otherwise}");

        string? directory = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(directory) && !Directory.Exists(directory))
            throw new UserErrorException($"{option} {path}: no directory {directory}; must be in a directory that exists");
    }
}
