namespace ParityGpu.Logs;

/// <summary>Writing to the files of logs.</summary>
internal static class LogFile
{
    /// <summary>A byte that no log reaches: locking it excludes other writers but no readers.</summary>
    private const long LockedByte = long.MaxValue - 1;

    /// <summary>
    /// Error codes for a file that another process has open or has just created: EAGAIN of Linux and macOS, EEXIST, and Windows' sharing violation,
    /// lock violation and file exists.
    /// </summary>
    private static readonly int[] TakenCodes =
        [11, 35, 17, unchecked((int)0x80070020), unchecked((int)0x80070021), unchecked((int)0x80070050)];

    /// <summary>Maximum number of chained links that systems follow.</summary>
    private const int MostLinks = 40;

    /// <summary>Stands for the standard input in place of a log's name.</summary>
    private const string StandardInput = "-";

    /// <summary>
    /// Opens a log for reading; another process may be writing it.
    /// </summary>
    /// <param name="path">A file, a pipe, or - for the standard input.</param>
    /// <exception cref="UserErrorException">There is no such file or it cannot be read.</exception>
    public static Stream OpenToRead(string path)
    {
        if (path == StandardInput)
            return Console.OpenStandardInput();

        if (Directory.Exists(path))
            throw new UserErrorException($"{path}: is a directory; must be a log file");

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path}: no such file; must be a log file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{path}: cannot be opened for reading; must be a readable log file", e);
        }
    }

    /// <summary>Whether a file contains nothing but zeros.</summary>
    public static bool IsZero(Stream file)
    {
        byte[] block = new byte[1 << 16];
        file.Position = 0;
        while (file.Read(block) is > 0 and int count)
        {
            if (block.AsSpan(0, count).ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Opens a log for writing and locks it, so that no other process writes it.
    /// </summary>
    /// <exception cref="UserErrorException">It cannot be opened or locked.</exception>
    /// <exception cref="LogBusyException">Another process writes it, or has just created it.</exception>
    public static FileStream OpenToWrite(string path, FileMode mode)
    {
        // FileShare.Read excludes other writers on Windows only. Linux has the byte-range lock below; macOS has neither.
        FileShare share = OperatingSystem.IsMacOS() ? FileShare.None : FileShare.Read;
        FileStream? file = null;
        try
        {
            file = new FileStream(path, mode, FileAccess.ReadWrite, share, bufferSize: 0);
            if (OperatingSystem.IsLinux())
                file.Lock(LockedByte, 1);

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            file?.Dispose();

            // Linux may report a lock of another process as a lack of permission (EACCES).
            if (TakenCodes.Contains(e.HResult) || (file is not null && e is UnauthorizedAccessException))
                throw new LogBusyException($"--log {path}: another process is writing it; must be a log that no other process writes", e);

            // ENOLCK and similar: a network file system without its lock service.
            throw new UserErrorException(
                file is not null
                    ? $"--log {path}: cannot be locked ({e.Message}); must be on a file system with locks, so that no two processes write it"
                    : $"--log {path}: cannot be opened for writing; must be a file in a place you may write to",
                e);
        }
    }

    /// <summary>Whether an open log is still the file of a given name, judged by the length, because only its writer changes that.</summary>
    public static bool IsAt(FileStream log, string path)
    {
        // Windows lets nobody move or remove an open log.
        if (OperatingSystem.IsWindows())
            return true;

        var file = new FileInfo(Target(path));
        return file.Exists && file.Length == log.Length;
    }

    /// <summary>The file, existing or not, that a name leads to through symbolic links; each link is relative to its own folder.</summary>
    public static string Target(string path)
    {
        for (int links = 0; links < MostLinks && new FileInfo(path).LinkTarget is { } target; links++)
            path = Path.Combine(Path.GetDirectoryName(path)!, target);

        return path;
    }

    /// <summary>The name of a new file beside a log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="what">What the file is.</param>
    public static string NameBeside(string path, string what)
    {
        string name = $"{path}.{what}";
        for (int number = 2; File.Exists(name); number++)
            name = $"{path}.{what}-{number}";

        return name;
    }

    /// <summary>Copies a log that is no longer in its place to another file, replacing what an earlier call wrote there.</summary>
    /// <returns>The result, for a message.</returns>
    public static string Rescue(FileStream log, string rescued)
    {
        try
        {
            log.Position = 0;
            WholeFile.Write(rescued, $"{rescued}.partial", log.CopyTo);
            return $"the finished runs are in {rescued}, which --resume can continue";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the finished runs could not be saved to {rescued} ({e.Message})";
        }
    }

    /// <summary>Passes bytes to the operating system.</summary>
    /// <exception cref="IOException">The disk is full or gone, or the file may not grow.</exception>
    public static void Append(Stream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // How .NET reports EFBIG: a limit of the file system or of the user (ulimit -f).
            throw new IOException("the file is not allowed to grow further", e);
        }
    }

    /// <summary>Checks that a log may be created.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="otherwise">What else the user can do if it exists; empty if nothing.</param>
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
