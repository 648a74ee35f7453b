using System.Globalization;
using MessagePack;
using static ParityGpu.Logs.LogMessageReader;
using static ParityGpu.Logs.MessagePackValues;

namespace ParityGpu.Logs;

/// <summary>The fields of a session, in whatever order they come.</summary>
internal struct SessionFields
{
    private string? program;
    private string? device;
    private DateTimeOffset? started;

    public bool Read(ref MessagePackReader reader, string name)
    {
        switch (name)
        {
            case "program":
                program = ReadText(ref reader);
                return true;
            case "device":
                device = ReadText(ref reader);
                return true;
            case "started":
                if (!DateTimeOffset.TryParse(ReadText(ref reader), CultureInfo.InvariantCulture, out DateTimeOffset time))
                    throw new InvalidDataException("'started' is not a time");

                started = time;
                return true;
            default:
                return false;
        }
    }

    public readonly LogSession ToSession() => new(
        program ?? throw Missing("program"), device ?? throw Missing("device"), Require(started, "started"));
}
