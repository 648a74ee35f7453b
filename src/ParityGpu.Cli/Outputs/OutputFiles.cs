using ParityGpu.Logs;

namespace ParityGpu.Cli.Outputs;

/// <summary>
/// The files that a command writes, under one rule: no file is also read, none is written twice, none replaces another without --force, and all
/// appear complete and together at the end.
/// </summary>
/// <param name="force">Whether existing files may be replaced.</param>
/// <param name="read">Files that the command reads.</param>
/// <param name="output">The standard output.</param>
internal sealed class OutputFiles(bool force, IReadOnlyList<string> read, TextWriter output) : IDisposable
{
    private readonly List<OutputFile> files = [];

    private readonly string[] inputs = [.. read.Select(name => name == "-" ? "/dev/stdin" : name).Where(File.Exists)];

    /// <summary>Whether a name means the standard output.</summary>
    public static bool IsStandardOutput(string given) => given is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Whether a name means the standard output, a pipe or a device.</summary>
    public static bool IsStream(string given) => IsStandardOutput(given) || FileIdentity.LeadsToStream(given);

    /// <summary>Begins a file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="given">What the option was given.</param>
    /// <exception cref="UserErrorException">No such file can or may be created.</exception>
    public OutputFile Add(string option, string given)
    {
        var file = new OutputFile(option, given, Check(option, given));
        files.Add(file);
        return file;
    }

    /// <summary>Checks a name.</summary>
    /// <returns>The file that it leads to; null for a pipe or the standard output.</returns>
    /// <exception cref="UserErrorException">No such file can or may be created.</exception>
    public string? Check(string option, string given)
    {
        if (given.Trim().Length == 0 || given.Contains('\0') || (given.StartsWith('-') && given != "-"))
            throw new UserErrorException($"{option} {(given.Trim().Length == 0 ? "''" : given)}: must be the name of a file, or - for the standard output");

        if (Directory.Exists(given) || Path.EndsInDirectorySeparator(given))
            throw new UserErrorException($"{option} {given}: is a directory; must be the name of a file");

        CheckOther(option, given);
        if (IsStream(given))
            return null;

        string path = Resolve(given);

        if (Array.Find(inputs, input => IsSame(Resolve(input), path)) is not null)
            throw new UserErrorException($"{option} {given}: is also an input; must be another file");

        if (!force && File.Exists(path))
            throw OutputFile.Exists(option, given);

        return Directory.Exists(Path.GetDirectoryName(path))
            ? path
            : throw new UserErrorException($"{option} {given}: no directory {Path.GetDirectoryName(path)}; must be in a directory that exists");
    }

    /// <summary>Checks that a name is not that of a file added before.</summary>
    /// <exception cref="UserErrorException">It is.</exception>
    public void CheckOther(string option, string given)
    {
        bool stream = IsStream(given);
        if (files.Find(file => stream ? file.Path is null && (file.Given == given || IsStandardOutput(given)) : IsSame(file.Path, Resolve(given))) is { } other)
            throw new UserErrorException($"{option} {given}: is already what {other.Option} writes; must be another file");
    }

    /// <summary>Completes all files.</summary>
    public void Commit()
    {
        foreach (OutputFile file in files)
            file.Commit(force, output);
    }

    /// <summary>Removes the files that were not completed.</summary>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private static bool IsSame(string? one, string other) =>
        one is not null && (string.Equals(one, other, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
            || (FileIdentity.Of(one) is { } identity && identity == FileIdentity.Of(other)));

    private static string Resolve(string given) => Path.GetFullPath(LogFile.Target(given));
}
