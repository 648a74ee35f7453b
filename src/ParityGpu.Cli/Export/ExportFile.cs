namespace ParityGpu.Cli.Export;

/// <summary>
/// A file that is there whole or not at all: it is written under a temporary name beside its own, which it gets when it
/// is complete.
/// </summary>
internal sealed class ExportFile : IDisposable
{
    private readonly string given;
    private readonly string path;
    private readonly bool force;
    private readonly string temporary;
    private bool isCommitted;

    private ExportFile(string given, string path, bool force)
    {
        this.given = given;
        this.path = path;
        this.force = force;
        temporary = $"{path}.{Path.GetRandomFileName()}.part";
        Stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>Receives the content.</summary>
    public FileStream Stream { get; }

    /// <summary>
    /// Begins a file.
    /// </summary>
    /// <param name="given">What -o was given.</param>
    /// <param name="force">Whether a file of this name may be replaced.</param>
    /// <param name="logs">Files that must not be, whatever the user says.</param>
    /// <exception cref="UserErrorException">There can or may be no such file.</exception>
    public static ExportFile Create(string given, bool force, IEnumerable<string> logs)
    {
        if (given.Trim().Length == 0 || given.StartsWith('-'))
        {
            throw new UserErrorException(
                $"-o {(given.Trim().Length == 0 ? "''" : given)}: must be the name of a file, or -o be left out for standard output");
        }

        try
        {
            string path = Resolve(given);
            if (Directory.Exists(path) || Path.EndsInDirectorySeparator(given))
                throw new UserErrorException($"-o {given}: is a directory; must be the name of a file");

            // Renaming a file over a device would remove the device.
            if (!OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal))
                throw new UserErrorException($"-o {given}: is no file; must be one, or leave -o out for standard output");

            if (logs.Any(log => Resolve(log) == path))
                throw new UserErrorException($"-o {given}: is a log that is read; must be another file");

            if (!force && File.Exists(path))
                throw Exists(given);

            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw new UserErrorException($"-o {given}: no directory {Path.GetDirectoryName(path)}; must be in a directory that exists");

            return new ExportFile(given, path, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"-o {given}: cannot be created; must be in a directory that you may write to", e);
        }
    }

    /// <summary>Gives the complete file its name.</summary>
    /// <exception cref="UserErrorException">Meanwhile there is a file of this name.</exception>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        if (!force && File.Exists(path))
            throw Exists(given);

        File.Move(temporary, path, force);
        isCommitted = true;
    }

    /// <summary>Removes the file unless it was completed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!isCommitted)
            File.Delete(temporary);
    }

    /// <summary>The file that a path leads to, through links.</summary>
    private static string Resolve(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? target.FullName
            : Path.GetFullPath(path);

    private static UserErrorException Exists(string given) =>
        new($"-o {given}: exists; must be a new file, or add --force to replace it");
}
