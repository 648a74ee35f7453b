using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using MessagePack;

namespace ParityGpu.Logs;

/// <summary>
/// Messages waiting to be written. The last field of each is its checksum (README.md): the CRC-32 of the log's header and of the message up to that
/// field, so that a message of another log is not mistaken for one of this log.
/// </summary>
/// <param name="header">CRC state after the log's header; null before it is written.</param>
internal sealed class MessageBuffer(Crc32? header = null) : IBufferWriter<byte>
{
    private const string Name = "crc";

    /// <summary>Mark of a 32-bit integer in MessagePack, followed by its four bytes.</summary>
    private const byte IntegerMark = 0xCE;

    private readonly ArrayBufferWriter<byte> bytes = new();
    private Crc32 header = header ?? new Crc32();
    private int messageStart;

    public int WrittenCount => bytes.WrittenCount;

    public ReadOnlySpan<byte> WrittenSpan => bytes.WrittenSpan;

    /// <summary>The last bytes of a message before the checksum's value.</summary>
    private static ReadOnlySpan<byte> Tail => [0xA0 | 3, (byte)'c', (byte)'r', (byte)'c', IntegerMark];

    public void Advance(int count) => bytes.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => bytes.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => bytes.GetSpan(sizeHint);

    public void Clear()
    {
        bytes.ResetWrittenCount();
        messageStart = 0;
    }

    /// <summary>Begins a message.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="fields">How many fields follow.</param>
    public MessagePackWriter Open(LogMessageKind kind, int fields)
    {
        var writer = new MessagePackWriter(this);
        writer.WriteArrayHeader(2);
        writer.Write(LogFormat.KindNames[(int)kind]);
        writer.WriteMapHeader(fields + 1);
        return writer;
    }

    /// <summary>Ends a message with its checksum.</summary>
    /// <param name="writer">The writer that <see cref="Open"/> returned, after the last field.</param>
    /// <param name="isHeader">Whether the checksums of the following messages continue from this one.</param>
    public void Close(ref MessagePackWriter writer, bool isHeader = false)
    {
        writer.Write(Name);
        writer.Flush();
        GetSpan(1)[0] = IntegerMark;
        Advance(1);
        WriteSum(isHeader);
    }

    /// <summary>Adds messages of another log, replacing their checksums by those of this log.</summary>
    public void Add(ReadOnlyMemory<byte> messages)
    {
        while (messages.Length > 0)
        {
            var reader = new MessagePackReader(messages);
            reader.Skip();
            int length = (int)reader.Consumed;
            bytes.Write(messages.Span[..(length - sizeof(uint))]);
            WriteSum(messages.Span.StartsWith(LogFormat.Magic));
            messages = messages[length..];
        }
    }

    /// <summary>
    /// Verifies the checksum of a message that was read.
    /// </summary>
    /// <param name="message">All of it.</param>
    /// <param name="header">CRC state after the log's header; null for a header.</param>
    /// <param name="required">Whether the message must have a checksum.</param>
    /// <returns>The CRC state after the header and this message; empty if the message has no checksum.</returns>
    /// <exception cref="InvalidDataException">The checksum is missing or wrong.</exception>
    public static Crc32 Check(ReadOnlySpan<byte> message, Crc32? header, bool required)
    {
        int length = message.Length - sizeof(uint);
        if (!message[..length].EndsWith(Tail))
            return required ? throw new InvalidDataException("a message without its checksum") : new Crc32();

        Crc32 sum = Sum(header, message[..length]);
        return sum.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32BigEndian(message[length..])
            ? sum
            : throw new InvalidDataException("a checksum that does not match its message");
    }

    private void WriteSum(bool isHeader)
    {
        Crc32 sum = Sum(isHeader ? null : header, WrittenSpan[messageStart..]);
        if (isHeader)
            header = sum;

        BinaryPrimitives.WriteUInt32BigEndian(GetSpan(sizeof(uint)), sum.GetCurrentHashAsUInt32());
        Advance(sizeof(uint));
        messageStart = WrittenCount;
    }

    private static Crc32 Sum(Crc32? header, ReadOnlySpan<byte> message)
    {
        Crc32 sum = header?.Clone() ?? new Crc32();
        sum.Append(message);
        return sum;
    }
}
