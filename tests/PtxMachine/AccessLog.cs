namespace ParityGpu.PtxMachine;

/// <summary>
/// Which thread last wrote and read each byte of a memory, and in which interval between barriers. Accesses of one interval come in
/// no order, so that of two threads one of which writes is a race; where all write what is there already, nobody can tell.
/// </summary>
internal sealed class AccessLog(int size)
{
    /// <summary>Stands for more than one thread.</summary>
    private const int Several = -1;

    private Entry[] entries = new Entry[size];

    public void Grow(int size) => Array.Resize(ref entries, size);

    /// <summary>Notes that a thread of a group reads a byte; what is wrong with that, or null.</summary>
    public string? Read(int at, int thread, GroupState group)
    {
        ref var entry = ref entries[at];
        string? trouble = null;
        if (entry.Written == group.Interval && entry.Writer != thread)
            trouble = $"race: thread {thread} reads what thread {entry.Writer} writes without a barrier between them";
        else if (entry.Written >= group.LaunchStart && entry.Written < group.GroupStart)
            trouble = "race: another group writes what is read";

        entry.Reader = entry.WasRead == group.Interval && entry.Reader != thread ? Several : thread;
        entry.WasRead = group.Interval;
        return trouble;
    }

    /// <summary>Notes that a thread of a group writes a byte; what is wrong with that, or null.</summary>
    /// <param name="at">Number of the byte.</param>
    /// <param name="thread">Number of the thread in its group.</param>
    /// <param name="group">The group.</param>
    /// <param name="changes">Whether the value it belongs to becomes another.</param>
    public string? Write(int at, int thread, GroupState group, bool changes)
    {
        ref var entry = ref entries[at];
        string? trouble = null;
        if (changes && entry.Written == group.Interval && entry.Writer != thread)
            trouble = $"race: threads {entry.Writer} and {thread} write unequal values";
        else if (changes && entry.WasRead == group.Interval && entry.Reader != thread)
            trouble = $"race: thread {thread} writes what {(entry.Reader == Several ? "others read" : $"thread {entry.Reader} reads")} without a barrier between them";
        else if (OfAnotherGroup(entry.Written, group) || OfAnotherGroup(entry.WasRead, group))
            trouble = "race: another group uses what is written";

        entry.Writer = thread;
        entry.Written = group.Interval;
        return trouble;
    }

    private static bool OfAnotherGroup(long interval, GroupState group) =>
        interval >= group.LaunchStart && interval < group.GroupStart;

    private struct Entry
    {
        public long Written;
        public long WasRead;
        public int Writer;
        public int Reader;
    }
}
