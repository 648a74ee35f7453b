using System.Buffers;
using System.Buffers.Binary;

namespace ParityGpu.Logs;

/// <summary>
/// Sorts the messages of runs by point and seed, in memory that does not depend on their number:
/// what does not fit goes to sorted files, which are merged at the end.
/// </summary>
/// <param name="folder">An empty folder for the files; its owner removes it.</param>
/// <param name="chunkBytes">Bytes of messages that are kept in memory.</param>
internal sealed class RunSorter(string folder, int chunkBytes)
{
    /// <summary>Point, seed and length in front of each run's messages in a file.</summary>
    private const int PrefixBytes = sizeof(int) + sizeof(long) + sizeof(int);

    private const int BufferBytes = 1 << 16;

    private readonly List<((int Point, long Seed) Key, int Start, int Length)> runs = [];
    private readonly List<string> files = [];
    private byte[] messages = new byte[Math.Min(chunkBytes, 1 << 16)];
    private int used;

    /// <summary>Adds the messages of a run.</summary>
    /// <exception cref="IOException">They do not fit on the disk.</exception>
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

    /// <summary>The runs in order, with their messages. They can be read again.</summary>
    public IEnumerable<((int Point, long Seed) Run, ReadOnlyMemory<byte> Messages)> Sorted()
    {
        runs.Sort((left, right) => left.Key.CompareTo(right.Key));
        return files.Count == 0 ? runs.Select(run => (run.Key, (ReadOnlyMemory<byte>)messages.AsMemory(run.Start, run.Length))) : Merged();
    }

    private void Spill()
    {
        runs.Sort((left, right) => left.Key.CompareTo(right.Key));
        string path = Path.Combine(folder, $"{files.Count}");
        files.Add(path);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new ArrayBufferWriter<byte>(2 * BufferBytes);
        foreach (((int point, long seed), int start, int length) in runs)
        {
            Span<byte> prefix = buffer.GetSpan(PrefixBytes);
            BinaryPrimitives.WriteInt32LittleEndian(prefix, point);
            BinaryPrimitives.WriteInt64LittleEndian(prefix[sizeof(int)..], seed);
            BinaryPrimitives.WriteInt32LittleEndian(prefix[(PrefixBytes - sizeof(int))..], length);
            buffer.Advance(PrefixBytes);
            buffer.Write(messages.AsSpan(start, length));
            if (buffer.WrittenCount < BufferBytes)
                continue;

            LogFile.Append(file, buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }

        LogFile.Append(file, buffer.WrittenSpan);
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
                yield return (chunk.Key, chunk.Messages);
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
        private readonly BinaryReader file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes));

        public (int Point, long Seed) Key { get; private set; }

        public byte[] Messages { get; private set; } = [];

        /// <summary>Goes to the next run; false at the end.</summary>
        public bool Read()
        {
            if (file.BaseStream.Position == file.BaseStream.Length)
                return false;

            Key = (file.ReadInt32(), file.ReadInt64());
            Messages = file.ReadBytes(file.ReadInt32());
            return true;
        }

        public void Dispose() => file.Dispose();
    }
}
