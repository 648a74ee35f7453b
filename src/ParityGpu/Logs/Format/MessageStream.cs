using System.IO.Hashing;
using MessagePack;

namespace ParityGpu.Logs;

/// <summary>The messages of a stream of bytes one after another, in memory that does not depend on their number.</summary>
/// <param name="stream">At the start of a log.</param>
internal sealed class MessageStream(Stream stream)
{
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private long bufferOffset;
    private bool streamEnded;
    private bool hasHeader;
    private bool hasCheckSums;

    /// <summary>Offset of the first byte that was not read.</summary>
    public long Position => bufferOffset + start;

    /// <summary>CRC state after the log's header, for the checksums of further messages.</summary>
    public Crc32 Header { get; private set; } = new();

    /// <summary>Whether the stream begins as a log does, as far as it goes.</summary>
    public bool StartsAsLog { get; private set; } = true;

    /// <summary>
    /// Reads the next message.
    /// </summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">There is no complete message here, and nothing is consumed.</exception>
    public bool Read(out LogMessage message)
    {
        message = default;
        if (end == start && !Fill())
            return false;

        message = Parse(out int length, out Crc32 sum);
        start += length;
        if (message.Kind == LogMessageKind.Header)
        {
            Header = sum;
            hasHeader = true;
            hasCheckSums = message.Header!.Schema >= LogFormat.CheckSumSchema;
        }

        return true;
    }

    /// <summary>Skips bytes that are not a message.</summary>
    /// <returns>Whether a complete message follows, at which the stream is then positioned; otherwise it is at its end.</returns>
    public bool FindNext()
    {
        start++;
        while (end > start || Fill())
        {
            int at = buffer.AsSpan(start, end - start).IndexOf(LogFormat.FirstByte);
            start = at < 0 ? end : start + at;
            if (at < 0)
                continue;

            if (LogFormat.MayBegin(buffer.AsSpan(start, end - start)) && IsWhole())
                return true;

            start++;
        }

        return false;
    }

    private bool IsWhole()
    {
        try
        {
            Parse(out _, out _);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or UserErrorException)
        {
            return false;
        }
    }

    private LogMessage Parse(out int length, out Crc32 sum)
    {
        while (true)
        {
            int limit = LogFormat.MaxMessageBytes;
            CheckStart();
            var message = default(LogMessage);
            try
            {
                var reader = new MessagePackReader(buffer.AsMemory(start, end - start));
                LogMessageReader.Read(ref reader, ref message, ref limit);
                length = (int)reader.Consumed;
                if (length > limit)
                    throw new InvalidDataException("a message is too long");

                sum = Check(message, buffer.AsSpan(start, length));
                return message;
            }
            catch (UserErrorException e) when (message.Schema >= LogFormat.CheckSumSchema)
            {
                // The header of an invalid sweep or of a later version, unless its checksum shows that it is damaged.
                if (HasRightSum() is { } right)
                    throw right ? e : new InvalidDataException("a checksum that does not match its message", e);
            }
            catch (EndOfStreamException)
            {
                // The message is longer than the buffered bytes.
            }

            if (end - start > limit)
                throw new InvalidDataException("a message is too long");

            if (!Fill())
                throw new InvalidDataException("a truncated message");
        }
    }

    /// <summary>Verifies a checksum; without a header, those of other messages cannot be verified.</summary>
    private Crc32 Check(in LogMessage message, ReadOnlySpan<byte> bytes)
    {
        if (message.Kind == LogMessageKind.Header)
            return MessageBuffer.Check(bytes, header: null, message.Header!.Schema >= LogFormat.CheckSumSchema);

        return hasHeader ? MessageBuffer.Check(bytes, Header, hasCheckSums) : new Crc32();
    }

    /// <summary>Whether a header's checksum is right; null if the header extends beyond the buffered bytes.</summary>
    private bool? HasRightSum()
    {
        try
        {
            var reader = new MessagePackReader(buffer.AsMemory(start, end - start));
            MessagePackValues.Skip(ref reader);
            MessageBuffer.Check(buffer.AsSpan(start, (int)reader.Consumed), header: null, required: true);
            return true;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or MessagePackSerializationException)
        {
            return false;
        }
    }

    /// <summary>Recognises foreign files by their first bytes, before anything in them is trusted.</summary>
    private void CheckStart()
    {
        if (hasHeader || Position > 0)
            return;

        int known = Math.Min(end - start, LogFormat.Magic.Length);
        StartsAsLog = buffer.AsSpan(start, known).SequenceEqual(LogFormat.Magic[..known]);
        if (!StartsAsLog)
            throw new InvalidDataException("not a log");
    }

    /// <summary>Reads more bytes; false at the end of the stream.</summary>
    private bool Fill()
    {
        if (streamEnded)
            return false;

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            bufferOffset += start;
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, 2 * buffer.Length);

        int count = stream.Read(buffer, end, buffer.Length - end);
        end += count;
        streamEnded = count == 0;
        return !streamEnded;
    }
}
