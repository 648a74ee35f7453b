using System.Runtime.InteropServices;

namespace ParityGpu.Cli.Outputs;

/// <summary>What a path leads to, through links: all names of a file have one identity, hard links too.</summary>
/// <param name="Device">Number of the file system.</param>
/// <param name="Number">Number of the file in it.</param>
/// <param name="IsStream">Whether it is a pipe, a terminal or another device rather than a file or folder.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Number, bool IsStream)
{
    // struct statx of linux/stat.h, the same on every architecture.
    private const int StatxBytes = 256;
    private const int ModeAt = 28;
    private const int NumberAt = 32;
    private const int DeviceAt = 136;
    private const int WorkingFolder = -100;
    private const uint BasicFields = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>The identity of what a path leads to; null if nothing is there, and on systems other than Linux.</summary>
    public static FileIdentity? Of(string path)
    {
        Span<byte> stat = stackalloc byte[StatxBytes];
        if (!OperatingSystem.IsLinux() || Stat(WorkingFolder, path, 0, BasicFields, stat) != 0)
            return null;

        int type = MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask;
        return new(MemoryMarshal.Read<ulong>(stat[DeviceAt..]), MemoryMarshal.Read<ulong>(stat[NumberAt..]), type is not (RegularFile or Folder));
    }

    /// <summary>Whether a path leads to something that is written to in place, such as a pipe.</summary>
    public static bool LeadsToStream(string path) =>
        Of(path)?.IsStream ?? (!OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint fields, Span<byte> result);
}
