namespace ParityGpu;

/// <summary>Files that are complete or not there at all, whatever interrupts the process or the machine.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file beside its place, to the disk, and then renames it; replaces an earlier one.</summary>
    /// <param name="path">The file's place.</param>
    /// <param name="partial">Its name while it is written, in the same folder. What an interrupted call left there is replaced.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, string partial, Action<FileStream> write)
    {
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}
