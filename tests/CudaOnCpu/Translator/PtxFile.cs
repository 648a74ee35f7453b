using System.Text;
using System.Text.RegularExpressions;

namespace CudaOnCpu.Translator;

/// <summary>Translates the PTX that ILGPU writes into C: a function per entry, called once per thread of a block.</summary>
public static partial class PtxFile
{
    /// <summary>
    /// Translates a module.
    /// </summary>
    /// <param name="ptx">One directive or instruction a line, as ILGPU writes it.</param>
    /// <exception cref="UnknownPtxException">An instruction or directive is not known.</exception>
    public static string Translate(string ptx)
    {
        var c = new StringBuilder(Prelude.Text);
        Entry? entry = null;
        bool isInHeader = false;
        string? dynamicShared = null;
        foreach ((int index, string raw) in ptx.Split('\n').Index())
        {
            int comment = raw.IndexOf("//", StringComparison.Ordinal);
            string text = (comment < 0 ? raw : raw[..comment]).Trim();
            if (text.Length == 0)
                continue;

            try
            {
                if (entry is null)
                {
                    if (EntryStart().Match(text) is { Success: true } start)
                    {
                        entry = new Entry(start.Groups[1].Value, dynamicShared);
                        isInHeader = true;
                    }
                    else if (DynamicShared().Match(text) is { Success: true } dynamic)
                    {
                        dynamicShared = dynamic.Groups[1].Value;
                    }
                    else if (ModuleData().IsMatch(text))
                    {
                        throw new UnknownPtxException("data of a module");
                    }
                }
                else if (isInHeader)
                {
                    entry.AddParameters(text);
                    isInHeader = text != "{";
                }
                else if (text == "}")
                {
                    entry.Write(c);
                    entry = null;
                }
                else
                {
                    entry.Add(text, index + 1);
                }
            }
            catch (UnknownPtxException e)
            {
                throw new UnknownPtxException($"line {index + 1}: {text}: {e.Message} is not known");
            }
        }

        return c.ToString();
    }

    [GeneratedRegex(@"\.entry\s+([\w$]+)")]
    private static partial Regex EntryStart();

    /// <summary>Shared memory whose size a launch says; it is all that its kernel has.</summary>
    [GeneratedRegex(@"^\.extern\s+\.shared\s+\.align\s+\d+\s+\.b8\s+([\w$]+)\[\];")]
    private static partial Regex DynamicShared();

    [GeneratedRegex(@"^(\.visible\s+|\.extern\s+)*\.(global|const|shared)\b")]
    private static partial Regex ModuleData();
}
