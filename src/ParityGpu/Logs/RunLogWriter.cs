using System.Buffers;
using System.Diagnostics;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// Writes a log. Each call of <see cref="Write"/> hands its records to the operating system before it returns, so they
/// survive the death of the process; the disk is asked for them once a second and at the end, so a power cut costs at
/// most the last second. One process at a time can write a log.
/// </summary>
public sealed class RunLogWriter : IRunSink, IDisposable
{
    /// <summary>A byte no log reaches: locking it excludes other writers and no reader.</summary>
    private const long LockedByte = long.MaxValue - 1;

    private readonly FileStream file;
    private readonly ArrayBufferWriter<byte> messages = new();
    private readonly Stopwatch sinceSync = Stopwatch.StartNew();
    private readonly bool created;
    private long written;

    private RunLogWriter(FileStream file, string path, RunSet done, bool created = false)
    {
        this.created = created;
        this.file = file;
        Path = path;
        Done = done;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The runs that were in the log when it was opened.</summary>
    public RunSet Done { get; }

    /// <summary>Bytes of a torn last message that were cut when the log was opened.</summary>
    public long CutBytes { get; private init; }

    /// <summary>
    /// Starts a log.
    /// </summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="device">Name of the device.</param>
    /// <exception cref="UserErrorException">The file exists or cannot be created.</exception>
    public static RunLogWriter Create(string path, SweepSpec spec, string device)
    {
        CheckNew(path);
        FileStream file = OpenFile(path, FileMode.CreateNew);
        try
        {
            var writer = new RunLogWriter(file, path, new RunSet(), created: true);
            writer.Begin(spec, device);
            return writer;
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Opens a log to go on with its sweep, cutting a torn last message. A file that does not exist or is empty, left
    /// by a crash before the first record, is started.
    /// </summary>
    /// <param name="path">A log.</param>
    /// <param name="spec">The sweep, which must be the log's.</param>
    /// <param name="device">Name of the device; it may differ from earlier sessions.</param>
    /// <exception cref="UserErrorException">The file is no log, of another sweep, or being written.</exception>
    public static RunLogWriter Resume(string path, SweepSpec spec, string device)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            return Create(path, spec, device);

        FileStream file = OpenFile(path, FileMode.Open);
        try
        {
            return Continue(file, path, spec, device);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks, changing nothing, that a log could be started at a path: a mistake is better found before a device is
    /// opened.
    /// </summary>
    /// <exception cref="UserErrorException">The path is taken or its directory is missing.</exception>
    public static void CheckNew(string path)
    {
        if (Directory.Exists(path))
            throw new UserErrorException($"--log {path}: is a directory; must be a file");

        if (File.Exists(path))
            throw new UserErrorException($"--log {path}: exists; must be a new file, or add --resume to go on with it");

        string? directory = System.IO.Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(directory) && !Directory.Exists(directory))
            throw new UserErrorException($"--log {path}: no directory {directory}; must be in a directory that exists");
    }

    /// <summary>Removes the log if this session created it and no run was written, leaving the place as it was.</summary>
    public void Discard()
    {
        if (!created || written > 0)
            return;

        file.Dispose();
        File.Delete(Path);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full or gone; the log holds whole records and at most one torn.</exception>
    public void Write(ReadOnlySpan<RunRecord> records)
    {
        foreach (ref readonly RunRecord record in records)
            LogFormat.WriteRun(messages, record);

        written += records.Length;
        Flush(sync: sinceSync.ElapsedMilliseconds > 1000);
    }

    public void Dispose()
    {
        using (file)
        {
            if (file.CanWrite)
                file.Flush(flushToDisk: true);
        }
    }

    private static RunLogWriter Continue(FileStream file, string path, SweepSpec spec, string device)
    {
        if (file.Length == 0)
        {
            var first = new RunLogWriter(file, path, new RunSet());
            first.Begin(spec, device);
            return first;
        }

        var done = new RunSet();
        using var reader = new RunLogReader(file, path);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Header)
                CheckSame(path, reader, spec);
            else if (reader.Kind == LogMessageKind.Run && !done.Add(reader.Run.Point, reader.Run.Seed))
                throw new UserErrorException($"{path}: holds seed {reader.Run.Seed} of point {reader.Run.Point} twice; must hold each run once");
        }

        long length = file.Length;
        if (reader.IsTorn)
            file.SetLength(reader.Offset);

        file.Seek(0, SeekOrigin.End);
        var writer = new RunLogWriter(file, path, done) { CutBytes = length - reader.Offset };
        for (int index = reader.PointsRead; index < reader.Points.Count; index++)
            LogFormat.WritePoint(writer.messages, index, reader.Points[index]);

        LogFormat.WriteResumed(writer.messages, LogSession.Now(device));
        writer.Flush(sync: true);
        return writer;
    }

    private static void CheckSame(string path, RunLogReader reader, SweepSpec spec)
    {
        if (reader.Headers > 1)
            throw new UserErrorException($"--resume {path}: holds several logs joined; must be the log of one sweep");

        if (SpecFile.FirstDifference(reader.Header.Spec, spec) is { } other)
        {
            throw new UserErrorException(
                $"--resume {path}: is a log with {other.Option} {Shown(other, reader.Header.Spec)}, asked for "
                + $"{Shown(other, spec)}; must be the same sweep");
        }
    }

    private static string Shown(SpecSetting setting, SweepSpec spec) =>
        SpecSetting.Echo(string.Join(',', setting.Values(spec)));

    private static FileStream OpenFile(string path, FileMode mode)
    {
        // macOS has no byte-range locks here, and elsewhere but on Windows FileShare.Read does not exclude writers.
        FileShare share = OperatingSystem.IsMacOS() ? FileShare.None : FileShare.Read;
        FileStream? file = null;
        try
        {
            if (Directory.Exists(path))
                throw new UserErrorException($"--log {path}: is a directory; must be a file");

            file = new FileStream(path, mode, FileAccess.ReadWrite, share, bufferSize: 0);
            if (OperatingSystem.IsLinux())
                file.Lock(LockedByte, 1);

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            bool opened = file is not null;
            file?.Dispose();
            throw new UserErrorException(
                opened || (e.GetType() == typeof(IOException) && mode == FileMode.Open)
                    ? $"--log {path}: another process is writing it; must be a log that nobody writes"
                    : $"--log {path}: cannot be opened for writing; must be a file in a place you may write to",
                e);
        }
    }

    private void Begin(SweepSpec spec, string device)
    {
        LogFormat.WriteHeader(messages, new LogHeader(LogFormat.Schema, LogSession.Now(device), spec));
        int index = 0;
        foreach (Point point in spec.Points())
            LogFormat.WritePoint(messages, index++, point);

        Flush(sync: true);
    }

    private void Flush(bool sync)
    {
        file.Write(messages.WrittenSpan);
        messages.ResetWrittenCount();
        if (!sync)
            return;

        file.Flush(flushToDisk: true);
        sinceSync.Restart();
    }
}
