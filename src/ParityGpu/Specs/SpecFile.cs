using System.Text;
using System.Text.Json;

namespace ParityGpu.Specs;

/// <summary>The JSON form of a sweep: an object with the names of <see cref="SpecSetting.All"/>, a value or a list each.</summary>
public static class SpecFile
{
    /// <summary>Longest file that is read, in characters.</summary>
    private const int MaxLength = 16 << 20;

    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Reads a spec file; settings it does not name keep their defaults. Bounds of single values are checked; their compatibility is not
    /// (<see cref="SpecValidation"/>).
    /// </summary>
    /// <param name="path">The file or pipe; - for the standard input.</param>
    /// <param name="defaults">Settings that it does not name; null for those of a sweep.</param>
    /// <param name="named">Receives the settings that it names.</param>
    /// <exception cref="UserErrorException">The file cannot be read or is not a spec.</exception>
    public static SweepSpec Load(string path, SweepSpec? defaults = null, ICollection<SpecSetting>? named = null)
    {
        try
        {
            if (Directory.Exists(path))
                throw new UserErrorException($"--spec {path}: is a directory; must be a JSON file");

            using JsonDocument document = JsonDocument.Parse(Text(path), Lenient);
            return Read(document.RootElement, $"--spec {path}: ", defaults, named);
        }
        catch (JsonException e)
        {
            throw new UserErrorException(
                $"--spec {path}: not JSON at line {e.LineNumber + 1}; must be an object of settings", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException(
                $"--spec {path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : "cannot be read")}; must be a readable JSON file", e);
        }
    }

    /// <summary>
    /// Reads a spec from JSON.
    /// </summary>
    /// <param name="json">An object of settings.</param>
    /// <param name="source">Precedes every message.</param>
    /// <param name="defaults">Settings that it does not name; null for those of a sweep.</param>
    /// <param name="named">Receives the settings that it names.</param>
    /// <exception cref="UserErrorException">It is not a spec.</exception>
    public static SweepSpec Read(JsonElement json, string source, SweepSpec? defaults = null, ICollection<SpecSetting>? named = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new UserErrorException($"{source}must be an object of settings");

        SweepSpec spec = defaults ?? new SweepSpec();
        var seen = new HashSet<SpecSetting>();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string name = SpecSetting.Echo(property.Name);
            SpecSetting setting = SpecSetting.Find(property.Name) ?? throw new UserErrorException(
                $"{source}unknown setting '{name}'; must be one of {string.Join(", ", SpecSetting.All.Select(s => s.Name))}"
                + Spelling.Hint(property.Name, SpecSetting.All.Select(s => s.Name)));
            if (!seen.Add(setting))
                throw new UserErrorException($"{source}{name}: is given twice; must be given once");

            spec = setting.Apply(spec, Texts(setting, property.Value, source + name), source + name);
            named?.Add(setting);
        }

        return spec;
    }

    /// <summary>The written form of a sweep's settings, in canonical order, lists as arrays: equal sweeps have equal text.</summary>
    public static string Canonical(SweepSpec spec)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (SpecSetting setting in SpecSetting.All.Where(setting => setting.IsWritten(spec)))
            {
                json.WritePropertyName(setting.Name);
                if (setting.IsList)
                    json.WriteStartArray();

                foreach (string value in setting.Values(spec))
                {
                    if (setting.IsNumber || setting.IsBoolean)
                        json.WriteRawValue(value);
                    else
                        json.WriteStringValue(value);
                }

                if (setting.IsList)
                    json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The first setting in which two sweeps differ, or null if they are equal.</summary>
    public static SpecSetting? FirstDifference(SweepSpec left, SweepSpec right) =>
        SpecSetting.All.FirstOrDefault(setting => !setting.Values(left).SequenceEqual(setting.Values(right)));

    /// <summary>The whole text of a file, in the encoding indicated by its first bytes, UTF-8 by default.</summary>
    private static string Text(string path)
    {
        using Stream file = path == "-"
            ? Console.OpenStandardInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var text = new StringBuilder();
        char[] some = new char[1 << 16];
        for (int count = reader.Read(some); count > 0; count = reader.Read(some))
        {
            if (text.Append(some, 0, count).Length > MaxLength)
                throw new UserErrorException($"--spec {path}: is longer than {MaxLength} characters; must be a JSON file of at most that length");
        }

        return text.ToString();
    }

    /// <summary>The first setting because of which a sweep lacks runs of another one, or null if it contains them all.</summary>
    /// <param name="part">The other one.</param>
    /// <param name="whole">The sweep.</param>
    public static SpecSetting? FirstNotHeld(SweepSpec part, SweepSpec whole)
    {
        SweepSpec seeds = whole with { FirstSeed = part.FirstSeed, Seeds = part.Seeds };
        SpecSetting? lacking = SpecSetting.All.FirstOrDefault(
            setting => setting.IsList ? setting.Values(part).Except(setting.Values(seeds)).Any() : !setting.Values(part).SequenceEqual(setting.Values(seeds)));
        if (lacking is not null)
            return lacking;

        if (whole.FirstSeed > part.FirstSeed)
            return SpecSetting.Find("firstSeed");

        return whole.FirstSeed + whole.Seeds < part.FirstSeed + part.Seeds ? SpecSetting.Find("seeds") : null;
    }

    private static IReadOnlyList<string> Texts(SpecSetting setting, JsonElement value, string label)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return [Text(setting, value, label)];

        if (!setting.IsList)
            throw new UserErrorException($"{label} is a list: must be one value");

        return [.. value.EnumerateArray().Select(item => Text(setting, item, label))];
    }

    private static string Text(SpecSetting setting, JsonElement value, string label)
    {
        if (setting.IsBoolean && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetRawText();

        JsonValueKind expected = setting.IsNumber ? JsonValueKind.Number : JsonValueKind.String;
        if (setting.IsNumberOrWord && value.ValueKind == JsonValueKind.Number)
            return value.GetRawText();

        if (value.ValueKind != expected)
            throw new UserErrorException($"{label} {SpecSetting.Echo(value.GetRawText())}: must be {setting.Allowed}");

        return setting.IsNumber ? value.GetRawText() : value.GetString()!;
    }
}
