using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CudaOnCpu.Translator;

/// <summary>An entry: its parameters, memory and registers, and its body in C.</summary>
internal sealed partial class Entry(string name, string? dynamicShared)
{
    private const int LocalLimit = 64 << 10;

    private readonly Dictionary<string, (int Offset, int Bytes)> parameters = [];
    private readonly Dictionary<string, int> shared = [];
    private readonly HashSet<string> locals = [];
    private readonly Dictionary<string, PtxType> registers = [];
    private readonly Dictionary<string, string[]> branchTargets = [];
    private readonly StringBuilder declarations = new();
    private readonly StringBuilder body = new();
    private int parameterBytes;
    private int sharedBytes;
    private int localBytes;
    private string lastLabel = "";

    /// <summary>Offset and length of a parameter.</summary>
    public (int Offset, int Bytes) Parameter(string parameter) =>
        parameters.TryGetValue(parameter, out var found) ? found : throw new UnknownPtxException($"parameter {parameter}");

    /// <summary>The labels of a table for brx.idx.</summary>
    public string[] BranchTargets(string label) =>
        branchTargets.TryGetValue(label, out string[]? found) ? found : throw new UnknownPtxException($"table {label}");

    /// <summary>The type a register was declared with, %f12 for example.</summary>
    public PtxType RegisterType(string register) =>
        registers.TryGetValue(register.TrimStart('%').TrimEnd("0123456789".ToCharArray()), out var type)
            ? type
            : throw new UnknownPtxException($"register {register}");

    /// <summary>The address of an array in shared or local memory, or null.</summary>
    public string? AddressOf(string array) =>
        array == dynamicShared && sharedBytes == 0 ? "((uint64_t)(uintptr_t)t->shared)"
        : shared.TryGetValue(array, out int offset) ? $"((uint64_t)(uintptr_t)(t->shared + {offset}))"
        : locals.Contains(array) ? $"((uint64_t)(uintptr_t){array})"
        : null;

    public void AddParameters(string text)
    {
        foreach (Match match in ParameterPattern().Matches(text))
        {
            int each = new PtxType(match.Groups[2].Value).Bytes;
            int bytes = each * Number(match.Groups[4], 1);
            parameterBytes = Aligned(parameterBytes, Number(match.Groups[1], each));
            parameters.Add(match.Groups[3].Value, (parameterBytes, bytes));
            parameterBytes += bytes;
        }
    }

    /// <summary>Adds a line of the body, comments removed.</summary>
    public void Add(string text, int line)
    {
        if (RegisterPattern().Match(text) is { Success: true } register)
        {
            var type = new PtxType(register.Groups[1].Value);
            registers[register.Groups[2].Value] = type;
            var names = Enumerable.Range(0, Number(register.Groups[3], 0)).Select(i => $"{register.Groups[2].Value}{i} = 0");
            declarations.AppendLine($"{type.C} {string.Join(", ", names)};");
        }
        else if (ArrayPattern().Match(text) is { Success: true } array)
        {
            AddArray(array);
        }
        else if (TargetsPattern().Match(text) is { Success: true } targets)
        {
            branchTargets[lastLabel] = [.. targets.Groups[1].Value.Split(',').Select(label => label.Trim())];
        }
        else if (LabelPattern().Match(text) is { Success: true } label)
        {
            lastLabel = label.Groups[1].Value;
            body.AppendLine($"{lastLabel}: ;");
        }
        else if (!IgnoredPattern().IsMatch(text))
        {
            body.AppendLine($"#line {line} \"ptx\"").AppendLine(new Instruction(this, text.TrimEnd(';')).C());
        }
    }

    public void Write(StringBuilder c)
    {
        c.AppendLine($"void run_{name}(Thread* t) {{").Append(declarations).Append(body).AppendLine("}");
        string spans = string.Concat(parameters.Values.Select(span => $"{{ {span.Offset}, {span.Bytes} }}, "));
        c.AppendLine($"const int params_{name}[][2] = {{ {spans}{{ {parameterBytes}, -1 }} }};");
        c.AppendLine($"const int shared_{name} = {sharedBytes};");
    }

    private static int Aligned(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;

    private static int Number(Group group, int otherwise) =>
        group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : otherwise;

    private void AddArray(Match match)
    {
        int alignment = Number(match.Groups[2], 1);
        int bytes = new PtxType(match.Groups[3].Value).Bytes * Number(match.Groups[5], 1);
        string array = match.Groups[4].Value;
        if (match.Groups[1].Value == "shared")
        {
            sharedBytes = Aligned(sharedBytes, alignment);
            shared.Add(array, sharedBytes);
            sharedBytes += bytes;
            return;
        }

        localBytes += bytes;
        if (localBytes > LocalLimit)
            throw new UnknownPtxException($"local memory of more than {LocalLimit} bytes");

        locals.Add(array);
        declarations.AppendLine($"char {array}[{bytes}] __attribute__((aligned({Math.Max(alignment, 16)})));");
    }

    [GeneratedRegex(@"\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d+)\])?")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"^\.reg\s+\.(\w+)\s+%(\w+)<(\d+)>")]
    private static partial Regex RegisterPattern();

    [GeneratedRegex(@"^\.(shared|local)\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d+)\])?;")]
    private static partial Regex ArrayPattern();

    [GeneratedRegex(@"^\.branchtargets\s+(.*);")]
    private static partial Regex TargetsPattern();

    [GeneratedRegex(@"^([\w$]+):$")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^([{}]|\.(maxntid|minnctapersm|reqntid|loc|pragma)\b.*)$")]
    private static partial Regex IgnoredPattern();
}
