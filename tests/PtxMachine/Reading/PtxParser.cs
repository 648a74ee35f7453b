using System.Globalization;
using System.Text.RegularExpressions;

namespace ParityGpu.PtxMachine;

/// <summary>Reads the kernel of a PTX text as ILGPU writes it: one declaration, label or instruction a line.</summary>
internal sealed partial class PtxParser(string ptx)
{
    private readonly string[] lines = ptx.ReplaceLineEndings("\n").Split('\n');
    private readonly RegisterNames registers = new();
    private readonly Dictionary<string, int> labels = [];
    private readonly Dictionary<string, string[]> tables = [];
    private readonly List<Instruction> instructions = [];
    private readonly List<(Instruction From, string[] Labels)> jumps = [];

    /// <summary>Where parameters and arrays in shared memory lie.</summary>
    private readonly Dictionary<string, int> places = [];

    public PtxKernel Read()
    {
        int at = Array.FindIndex(lines, line => line.StartsWith(".visible .entry", StringComparison.Ordinal));
        if (at < 0)
            throw new FormatException("the text has no .visible .entry");

        string name = EntryName().Match(lines[at]).Groups["name"].Value;
        int parameterBytes = 0;
        while (lines[++at].Trim() is not "{")
            parameterBytes = Declare(Parameter().Match(lines[at]), parameterBytes);

        // It begins behind what the kernel declares; no kernel has both.
        var dynamic = lines.Take(at).Select(line => DynamicShared().Match(line)).FirstOrDefault(match => match.Success);
        if (dynamic is not null)
            places[dynamic.Groups["name"].Value] = 0;

        int sharedBytes = 0;
        string label = "";
        while (lines[++at].Trim() is not "}")
        {
            string line = lines[at].Trim();
            if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith(".reg", StringComparison.Ordinal))
                continue;

            if (Shared().Match(line) is { Success: true } shared)
                sharedBytes = Declare(shared, sharedBytes);
            else if (Label().Match(line) is { Success: true } found)
                labels[label = found.Groups["name"].Value] = instructions.Count;
            else if (Targets().Match(line) is { Success: true } targets)
                tables[label] = targets.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries);
            else
                instructions.Add(Decode(at + 1, line));
        }

        foreach (var (from, to) in jumps)
            from.Targets = [.. to.Select(target => labels[target])];

        if (dynamic is not null && sharedBytes > 0)
            throw new FormatException("shared memory both declared and asked for by launches");

        return new PtxKernel(name, [.. instructions], registers, parameterBytes, sharedBytes);
    }

    /// <summary>Places a parameter or shared array behind <paramref name="used"/> bytes; the bytes used then.</summary>
    private int Declare(Match declaration, int used)
    {
        if (!declaration.Success)
            return used;

        int element = TypeBytes(declaration.Groups["type"].Value);
        int align = declaration.Groups["align"].Success ? Integer(declaration.Groups["align"].Value) : element;
        int count = declaration.Groups["count"].Success ? Integer(declaration.Groups["count"].Value) : 1;
        int start = (used + align - 1) / align * align;
        places[declaration.Groups["name"].Value] = start;
        return start + (count * element);
    }

    private Instruction Decode(int line, string text)
    {
        var match = Operation().Match(text);
        if (!match.Success)
            throw new PtxException(line, text, "unknown instruction");

        string name = match.Groups["name"].Value;
        string[] parts = name.Split('.');
        string[] operands = [.. Operand().Matches(match.Groups["operands"].Value).Select(operand => operand.Value.Trim())];
        bool isAccess = parts[0] is "ld" or "st" && parts.Length > 2;
        var instruction = new Instruction(instructions.Count, line, text, name)
        {
            Guard = match.Groups["guard"].Success ? registers.Find(match.Groups["guard"].Value) : null,
            GuardIsNegated = match.Groups["negated"].Success,
            IsUniform = parts[^1] == "uni",
            Flow = name switch
            {
                "bra" or "bra.uni" => Flow.Branch,
                "brx.idx" or "brx.idx.uni" => Flow.Table,
                "bar.sync" when operands is ["0"] => Flow.Barrier,
                "ret" => Flow.Exit,
                _ => Flow.Next,
            },
            Space = !isAccess ? Space.None : parts[1] switch
            {
                "param" => Space.Parameter,
                "shared" => Space.Shared,
                "global" => Space.Global,
                _ => throw new PtxException(line, text, "unknown memory"),
            },
            ElementBytes = isAccess ? TypeBytes(parts[^1]) : 0,
        };
        try
        {
            Complete(instruction, parts[0] == "st", operands);
        }
        catch (FormatException e)
        {
            throw instruction.Error(e.Message);
        }

        return instruction;
    }

    private void Complete(Instruction instruction, bool isStore, string[] operands)
    {
        if (instruction.Flow == Flow.Branch)
        {
            jumps.Add((instruction, operands));
        }
        else if (instruction.Flow == Flow.Table)
        {
            instruction.Sources = [registers.Find(operands[0])];
            jumps.Add((instruction, tables[operands[1]]));
        }
        else if (instruction.Space != Space.None)
        {
            SetAddress(instruction, operands[isStore ? 0 : 1]);
            var bank = instruction.ElementBytes == sizeof(ulong) ? Bank.Wide : Bank.Word;
            var values = operands[isStore ? 1 : 0].Trim('{', '}').Split(',').Select(value => Value(value.Trim(), bank)).ToArray();
            instruction.Sources = isStore ? values : [];
            instruction.Results = isStore ? [] : values;
            instruction.Execute = (isStore, instruction.Space) switch
            {
                (true, not Space.Parameter) => MemoryOperations.Store,
                (false, Space.Parameter) => MemoryOperations.LoadParameter,
                (false, _) => MemoryOperations.Load,
                _ => throw new FormatException("unknown instruction"),
            };
        }
        else if (instruction.Flow == Flow.Next)
        {
            var operation = OperationTable.Find(instruction.Name) ?? throw new FormatException("unknown instruction");
            if (operands.Length != operation.Sources.Length + 1)
                throw new FormatException($"{operation.Sources.Length + 1} operands expected");

            instruction.Results = [Value(operands[0], operation.Result)];
            instruction.Sources = [.. operation.Sources.Select((bank, index) => Value(operands[index + 1], bank))];
            instruction.Execute = operation.Execute;
        }
    }

    private void SetAddress(Instruction instruction, string text)
    {
        var match = Address().Match(text);
        if (!match.Success)
            throw new FormatException("unknown address");

        string name = match.Groups["base"].Value;
        instruction.AddressBase = name[0] == '%' ? registers.Find(name) : null;
        instruction.AddressOffset = (match.Groups["offset"].Success ? long.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture) : 0)
            + (name[0] == '%' ? 0 : Place(name));
    }

    private Register Value(string text, Bank bank)
    {
        if (SpecialRegisters.Knows(text))
            return registers.Special(text);

        if (text[0] != '%')
            return registers.Constant(bank, Literal(text));

        var register = registers.Find(text);
        return register.Bank == bank ? register : throw new FormatException($"{text} is not as wide as the instruction says");
    }

    private ulong Literal(string text)
    {
        if (text.StartsWith("0f", StringComparison.Ordinal) || text.StartsWith("0d", StringComparison.Ordinal))
            return ulong.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        if (char.IsAsciiDigit(text[0]))
            return ulong.Parse(text, CultureInfo.InvariantCulture);

        return text[0] == '-' ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : (ulong)Place(text);
    }

    private int Place(string name) =>
        places.TryGetValue(name, out int place) ? place : throw new FormatException($"{name} is not declared");

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int TypeBytes(string type) => Integer(type[1..]) / 8;

    [GeneratedRegex(@"^\.visible \.entry (?<name>\w+)")]
    private static partial Regex EntryName();

    [GeneratedRegex(@"\.param(?: \.align (?<align>\d+))? \.(?<type>\w+) (?<name>\w+)(?:\[(?<count>\d+)\])?")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\.shared \.align (?<align>\d+) \.(?<type>\w+) (?<name>\w+)\[(?<count>\d+)\];")]
    private static partial Regex Shared();

    [GeneratedRegex(@"^\.extern \.shared \.align \d+ \.b8 (?<name>\w+)\[\];")]
    private static partial Regex DynamicShared();

    [GeneratedRegex(@"^(?<name>\w+):$")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\.branchtargets (?<labels>[^;]*);")]
    private static partial Regex Targets();

    [GeneratedRegex(@"^(?:@(?<negated>!)?(?<guard>%p\d+)\s+)?(?<name>[a-z][\w.]*)(?:\s+(?<operands>[^;]*))?;$")]
    private static partial Regex Operation();

    [GeneratedRegex(@"\{[^}]*\}|[^,{}\s][^,{}]*")]
    private static partial Regex Operand();

    [GeneratedRegex(@"^\[(?<base>%?\w+)(?:\+(?<offset>-?\d+))?\]$")]
    private static partial Regex Address();
}
