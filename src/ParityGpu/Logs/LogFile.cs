namespace ParityGpu.Logs;

/// <summary>Writing to the files of logs.</summary>
internal static class LogFile
{
    /// <summary>A byte no log reaches: locking it excludes other writers and no reader.</summary>
    private const long LockedByte = long.MaxValue - 1;

    /// <summary>
    /// How systems say that another process has the file, or created it just now: EAGAIN of Linux and of macOS, EEXIST, and sharing
    /// violation, lock violation and file exists of Windows.
    /// </summary>
    private static readonly int[] TakenCodes =
        [11, 35, 17, unchecked((int)0x80070020), unchecked((int)0x80070021), unchecked((int)0x80070050)];

    /// <summary>
    /// Opens a log to write and locks it, so that no other process writes it.
    /// </summary>
    /// <exception cref="UserErrorException">It cannot be opened or locked.</exception>
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
            throw new UserErrorException($"--log {path}: {WhyNot(e, opened: file is not null)}", e);
        }
    }

    /// <summary>Whether an open log is still the file of a name: told by the length, because only its writer changes it.</summary>
    public static bool IsAt(FileStream log, string path)
    {
        // Windows lets nobody move or remove an open log.
        if (OperatingSystem.IsWindows())
            return true;

        FileSystemInfo? place = new FileInfo(path);
        if (place.LinkTarget is not null)
            place = place.ResolveLinkTarget(returnFinalTarget: true);

        return place is FileInfo { Exists: true } file && file.Length == log.Length;
    }

    /// <summary>A new file beside a log's place, for its contents.</summary>
    public static string RescueName(string path)
    {
        string rescued = $"{path}.rescued";
        for (int number = 2; File.Exists(rescued); number++)
            rescued = $"{path}.rescued-{number}";

        return rescued;
    }

    /// <summary>Copies a log that is no longer at its place to another one, instead of what an earlier call put there.</summary>
    /// <returns>What became of it, for a message.</returns>
    public static string Rescue(FileStream log, string rescued)
    {
        string partial = $"{rescued}.partial";
        try
        {
            using (var copy = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                log.Position = 0;
                log.CopyTo(copy);
                copy.Flush(flushToDisk: true);
            }

            File.Move(partial, rescued, overwrite: true);
            return $"the finished runs are in {rescued}, which --resume takes";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the finished runs could not be saved to {rescued} ({e.Message})";
        }
    }

    /// <summary>Hands bytes to the operating system.</summary>
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

    private static string WhyNot(Exception error, bool opened)
    {
        // Linux may report a lock of another process as a lack of permission (EACCES).
        if (TakenCodes.Contains(error.HResult) || (opened && error is UnauthorizedAccessException))
            return "another process is writing it; must be a log that nobody writes";

        // ENOLCK and similar: a network file system without its lock service.
        return opened
            ? $"cannot be locked ({error.Message}); must be on a file system with locks, lest two processes write it"
            : "cannot be opened for writing; must be a file in a place you may write to";
    }
}
