using System.Buffers.Binary;

namespace ParityGpu.Logs;

/// <summary>
/// Sorts the messages of runs by point and seed, in memory that does not depend on their number: what does not fit goes
/// to files, each sorted, which are merged at the end.
/// </summary>
/// <param name="folder">An empty folder for the files; its owner removes it.</param>
/// <param name="chunkBytes">Bytes of messages that are kept in memory.</param>
internal sealed class RunSorter(string folder, int chunkBytes)
{
    /// <summary>Point, seed and length in front of each message of a file.</summary>
    private const int PrefixBytes = sizeof(int) + sizeof(long) + sizeof(int);

    private const int ReadBytes = 1 << 16;

    private readonly List<((int Point, long Seed) Key, int Start, int Length)> runs = [];
    private readonly List<string> files = [];
    private byte[] messages = new byte[Math.Min(chunkBytes, 1 << 16)];
    private int used;

    /// <summary>Adds the messages of a run.</summary>
    /// <exception cref="IOException">They do not fit onto the disk.</exception>
    public void Add((int Point, long Seed) run, ReadOnlySpan<byte> message)
    {
        if (used > 0 && used + message.Length > chunkBytes)
            Spill();

        while (used + message.Length > messages.Length)
            Array.Resize(ref messages, 2 * messages.Length);

        message.CopyTo(messages.AsSpan(used));
        runs.Add((run, used, message.Length));
        used += message.Length;
    }

    /// <summary>The runs in order, with their messages, which are valid until the next is asked for. They can be read again.</summary>
    public IEnumerable<((int Point, long Seed) Run, ReadOnlyMemory<byte> Messages)> Sorted()
    {
        runs.Sort((left, right) => left.Key.CompareTo(right.Key));
        return files.Count == 0 ? runs.Select(run => (run.Key, (ReadOnlyMemory<byte>)messages.AsMemory(run.Start, run.Length))) : Merged();
    }

    private void Spill()
    {
        runs.Sort((left, right) => left.Key.CompareTo(right.Key));
        string path = Path.Combine(folder, $"{files.Count}");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        files.Add(path);
        byte[] buffer = new byte[ReadBytes];
        int filled = 0;
        foreach (((int point, long seed), int start, int length) in runs)
        {
            if (filled + PrefixBytes + length > buffer.Length)
            {
                LogFile.Append(file, buffer.AsSpan(0, filled));
                filled = 0;
            }

            if (PrefixBytes + length > buffer.Length)
                Array.Resize(ref buffer, PrefixBytes + length);

            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled), point);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(filled + sizeof(int)), seed);
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled + sizeof(int) + sizeof(long)), length);
            messages.AsSpan(start, length).CopyTo(buffer.AsSpan(filled + PrefixBytes));
            filled += PrefixBytes + length;
        }

        LogFile.Append(file, buffer.AsSpan(0, filled));
        runs.Clear();
        used = 0;
    }

    private IEnumerable<((int Point, long Seed) Run, ReadOnlyMemory<byte> Messages)> Merged()
    {
        if (runs.Count > 0)
            Spill();

        var chunks = new List<Chunk>();
        try
        {
            var next = new PriorityQueue<Chunk, (int Point, long Seed)>();
            foreach (string path in files)
            {
                var chunk = new Chunk(path);
                chunks.Add(chunk);
                if (chunk.Read())
                    next.Enqueue(chunk, chunk.Key);
            }

            while (next.TryDequeue(out Chunk? chunk, out _))
            {
                yield return (chunk.Key, chunk.Message);
                if (chunk.Read())
                    next.Enqueue(chunk, chunk.Key);
            }
        }
        finally
        {
            foreach (Chunk chunk in chunks)
                chunk.Dispose();
        }
    }

    /// <summary>Reads a file of sorted messages.</summary>
    private sealed class Chunk(string path) : IDisposable
    {
        private readonly FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, ReadBytes);

        private readonly byte[] prefix = new byte[PrefixBytes];
        private byte[] message = new byte[128];
        private int length;

        public (int Point, long Seed) Key { get; private set; }

        public ReadOnlyMemory<byte> Message => message.AsMemory(0, length);

        /// <summary>Goes to the next message; false at the end.</summary>
        public bool Read()
        {
            if (file.ReadAtLeast(prefix, PrefixBytes, throwOnEndOfStream: false) == 0)
                return false;

            Key = (BinaryPrimitives.ReadInt32LittleEndian(prefix), BinaryPrimitives.ReadInt64LittleEndian(prefix.AsSpan(sizeof(int))));
            length = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(sizeof(int) + sizeof(long)));
            if (length > message.Length)
                message = new byte[length];

            file.ReadExactly(message, 0, length);
            return true;
        }

        public void Dispose() => file.Dispose();
    }
}
