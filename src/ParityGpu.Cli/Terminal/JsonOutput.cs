using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ParityGpu.Cli.Terminal;

/// <summary>JSON results on a text output.</summary>
internal static class JsonOutput
{
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
            write(json);

        output.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    /// <summary>Writes a text, number, flag, list of numbers, or null, which also replaces numbers that JSON cannot represent.</summary>
    public static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        if (value is BigInteger integer)
            json.WriteRawValue(integer.ToString());
        else
            JsonSerializer.Serialize(json, value is double and not (> double.NegativeInfinity and < double.PositiveInfinity)
                or float and not (> float.NegativeInfinity and < float.PositiveInfinity) ? null : value);
    }
}
