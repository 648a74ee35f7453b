using System.Text;
using System.Text.Json;
using MessagePack;

namespace ParityGpu.Logs;

/// <summary>Values of MessagePack from untrusted bytes: texts, JSON, and values to be skipped.</summary>
internal static class MessagePackValues
{
    private const int MaxDepth = 16;

    public static void WriteJson(ref MessagePackWriter writer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(json.EnumerateObject().Count());
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    writer.Write(property.Name);
                    WriteJson(ref writer, property.Value);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(json.GetArrayLength());
                foreach (JsonElement item in json.EnumerateArray())
                    WriteJson(ref writer, item);

                break;
            case JsonValueKind.Number when json.TryGetInt64(out long integer):
                writer.Write(integer);
                break;
            case JsonValueKind.Number:
                writer.Write(json.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(json.GetBoolean());
                break;
            default:
                writer.Write(json.GetString());
                break;
        }
    }

    /// <summary>Copies a map of scalars and flat arrays; anything else is not a spec.</summary>
    public static void ReadJson(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        Enter(ref reader);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                json.WriteStartObject();
                for (int left = reader.ReadMapHeader(); left > 0; left--)
                {
                    json.WritePropertyName(ReadText(ref reader));
                    ReadJson(ref reader, json);
                }

                json.WriteEndObject();
                break;
            case MessagePackType.Array:
                json.WriteStartArray();
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                    ReadJson(ref reader, json);

                json.WriteEndArray();
                break;
            case MessagePackType.Integer:
                json.WriteNumberValue(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                double number = reader.ReadDouble();
                if (!double.IsFinite(number))
                    throw new InvalidDataException("a number of the spec is not finite");

                json.WriteNumberValue(number);
                break;
            case MessagePackType.String:
                json.WriteStringValue(ReadText(ref reader));
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            default:
                throw new InvalidDataException("not a spec");
        }

        reader.Depth--;
    }

    /// <summary>
    /// Skips the value of an unknown name, in bounded depth.
    /// </summary>
    public static void Skip(ref MessagePackReader reader)
    {
        Enter(ref reader);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                for (int left = 2 * reader.ReadMapHeader(); left > 0; left--)
                    Skip(ref reader);

                break;
            case MessagePackType.Array:
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                    Skip(ref reader);

                break;
            case MessagePackType.String:
                ReadTextBytes(ref reader);
                break;
            case MessagePackType.Integer or MessagePackType.Float or MessagePackType.Boolean or MessagePackType.Nil:
                reader.Skip();
                break;
            default:
                throw new InvalidDataException("a value that logs do not use");
        }

        reader.Depth--;
    }

    /// <summary>
    /// Goes one level deeper. Does not use MessagePackSecurity, which draws keys from the system's OpenSSL and aborts if there is none.
    /// </summary>
    private static void Enter(ref MessagePackReader reader)
    {
        if (reader.Depth == MaxDepth)
            throw new InvalidDataException("a value is nested too deeply");

        reader.Depth++;
    }

    public static string ReadText(ref MessagePackReader reader) => Encoding.UTF8.GetString(ReadTextBytes(ref reader));

    public static ReadOnlySpan<byte> ReadTextBytes(ref MessagePackReader reader)
    {
        try
        {
            return reader.TryReadStringSpan(out ReadOnlySpan<byte> text) ? text : throw new InvalidDataException("not a text");
        }
        catch (ArgumentOutOfRangeException e)
        {
            // A length beyond 2^31, which the library reads as negative.
            throw new InvalidDataException("a text is too long", e);
        }
    }
}
