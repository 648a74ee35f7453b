using System.Text.RegularExpressions;

namespace CudaOnCpu.Translator;

/// <summary>One instruction, with its guard, opcode parts and operands; arithmetic is in <see cref="Arithmetic"/>.</summary>
internal sealed partial class Instruction
{
    private static readonly Dictionary<string, string> Comparisons = new()
    {
        ["eq"] = "==",
        ["ne"] = "!=",
        ["lt"] = "<",
        ["le"] = "<=",
        ["gt"] = ">",
        ["ge"] = ">=",
        ["lo"] = "<",
        ["ls"] = "<=",
        ["hi"] = ">",
        ["hs"] = ">=",
    };

    private readonly Entry entry;
    private readonly string guard = "";
    private readonly string[] parts;
    private readonly string[] operands;

    public Instruction(Entry entry, string text)
    {
        this.entry = entry;
        if (GuardPattern().Match(text) is { Success: true } match)
        {
            guard = $"if ({match.Groups[1].Value}{match.Groups[2].Value}) ";
            text = match.Groups[3].Value;
        }

        int space = text.IndexOfAny([' ', '\t']);
        parts = (space < 0 ? text : text[..space]).Trim().Split('.');
        operands = space < 0 ? [] : Split(text[space..]);
    }

    public string Name => parts[0];

    public PtxType Type => new(parts[^1]);

    public int Operands => operands.Length;

    public bool Has(string part) => parts.Contains(part);

    /// <summary>An operand as a value of a type in C.</summary>
    public string Value(int index, PtxType type) => Value(operands[index], type);

    public UnknownPtxException Unknown() => new(string.Join('.', parts));

    /// <summary>The statement in C.</summary>
    public string C()
    {
        Modifiers.Check(parts);
        return guard.Length > 0 ? $"{guard}{{ {Statement()} }}" : Statement();
    }

    private string Target => operands[0].TrimStart('%');

    /// <summary>What a move or a selection of bits moves: floats if it is into a register of floats.</summary>
    private PtxType Moved => entry.RegisterType(operands[0]) is { IsFloat: true } held && Type.Name == $"b{held.Bits}" ? held : Type;

    private string Statement() => Name switch
    {
        "ld" or "st" when Has("param") => LoadParameter(),
        "ld" => Load(),
        "st" => Store(),
        "mov" or "cvta" => Move(),
        "cvt" => $"{Target} = {Converted()};",
        "setp" => Compare(),
        "selp" => $"{Target} = {Value(3, new PtxType("pred"))} ? {Value(1, Moved)} : {Value(2, Moved)};",
        "and" or "or" or "xor" =>
            $"{Target} = {Value(1, Type)} {(Name == "and" ? "&" : Name == "or" ? "|" : "^")} {Value(2, Type)};",
        "not" => Type.IsPredicate ? $"{Target} = !{Value(1, Type)};" : $"{Target} = ~{Value(1, Type)};",
        "shl" or "shr" => Shift(),
        "popc" => $"{Target} = __builtin_popcount{(Type.Bits == 64 ? "ll" : "")}({Value(1, Type)});",
        "clz" => $"{Target} = {Value(1, Type)} ? __builtin_clz{(Type.Bits == 64 ? "ll" : "")}({Value(1, Type)}) : {Type.Bits};",
        "bra" => $"goto {operands[0]};",
        "brx" => Jump(),
        "bar" or "barrier" when operands is [] or ["0"] => "t->barrier(t, __LINE__);",
        "membar" or "fence" => ";",
        "ret" or "exit" => "return;",
        _ => $"{Target} = {Arithmetic.Of(this)};",
    };

    private static string[] Split(string text)
    {
        var result = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '{' or '[' ? 1 : text[i] is '}' or ']' ? -1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;

            result.Add(text[start..i].Trim());
            start = i + 1;
        }

        if (text[start..].Trim() is { Length: > 0 } last)
            result.Add(last);

        return [.. result];
    }

    private string Value(string text, PtxType type)
    {
        if (SpecialPattern().Match(text) is { Success: true } special)
            return $"t->{special.Groups[1].Value}[{special.Groups[2].Value[0] - 'x'}]";

        if (text == "%dynamic_smem_size")
            return "((uint32_t)t->shared_bytes)";

        if (text.StartsWith('%'))
        {
            Require(text, type);
            return $"(({type.C}){text[1..]})";
        }

        if (RealPattern().Match(text) is { Success: true } real)
            return type.IsFloat ? $"bits{type.Bits}(0x{real.Groups[1].Value}ull)" : $"(({type.C})0x{real.Groups[1].Value}ull)";

        if (!type.IsFloat && IntegerPattern().IsMatch(text))
            return $"(({type.C}){text.TrimEnd('U')}{(text[0] == '-' ? "ll" : "ull")})";

        return entry.AddressOf(text) ?? throw new UnknownPtxException($"operand {text}");
    }

    /// <summary>Whether a register holds values of a type: of an integer one it may be wider, and its low bits are meant.</summary>
    private bool IsOf(string register, PtxType type)
    {
        PtxType held = entry.RegisterType(register);
        return type.IsPredicate || held.IsPredicate ? type.IsPredicate && held.IsPredicate
            : type.IsFloat || held.IsFloat ? type.IsFloat && held.IsFloat && type.Bits == held.Bits
            : held.Bits >= type.Bits;
    }

    private void Require(string register, PtxType type)
    {
        if (!IsOf(register, type))
            throw new UnknownPtxException($"{register} as .{type.Name}");
    }

    private static (string Base, string Offset) Address(string text)
    {
        var match = AddressPattern().Match(text);
        return match.Success
            ? (match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : "0")
            : throw new UnknownPtxException($"address {text}");
    }

    private string LoadParameter()
    {
        (string parameter, string offset) = Address(operands[1]);
        (int start, int bytes) = entry.Parameter(parameter);
        int at = int.Parse(offset);
        if (Name == "st" || at + Type.Bytes > bytes)
            throw Unknown();

        Require(operands[0], Type);
        return $"{Target} = *({Type.C}*)(t->params + {start + at});";
    }

    /// <summary>a_ is the address, checked for all elements together.</summary>
    private string CheckedAddress(string text, int count)
    {
        (string start, string offset) = Address(text);
        return $"uint64_t a_ = {Value(start, new PtxType("u64"))} + ({offset}); CHECK(a_, {count * Type.Bytes}, {(Has("shared") ? 1 : 0)});";
    }

    private static string[] Elements(string operand) => [.. operand.Trim('{', '}').Split(',').Select(element => element.Trim())];

    // Volatile, so that a load nobody uses is checked too.
    private string Load()
    {
        string[] names = Elements(operands[0]);
        var loads = names.Select((_, i) => $"{Type.C} x{i}_ = ((volatile {Type.C}*)(uintptr_t)a_)[{i}];");
        Array.ForEach(names, name => Require(name, Type));
        var moves = names.Select((name, i) => $"{name.TrimStart('%')} = x{i}_;");
        return $"{{ {CheckedAddress(operands[1], names.Length)} {string.Join(' ', loads)} {string.Join(' ', moves)} }}";
    }

    private string Store()
    {
        string[] values = Elements(operands[1]);
        var stores = values.Select((value, i) => $"(({Type.C}*)(uintptr_t)a_)[{i}] = ({Type.C})({Value(value, Type)});");
        return $"{{ {CheckedAddress(operands[0], values.Length)} {string.Join(' ', stores)} }}";
    }

    private string Move()
    {
        string source = operands[1];
        if (Name == "mov" && source.StartsWith('%') && source != "%dynamic_smem_size" && !SpecialPattern().IsMatch(source))
        {
            // A move between a register of floats and one of words keeps the bits.
            bool toFloat = entry.RegisterType(operands[0]).IsFloat;
            bool fromFloat = entry.RegisterType(source).IsFloat;
            if (toFloat != fromFloat)
                return $"{Target} = {(toFloat ? "bits" : "word")}{Type.Bits}({source[1..]});";
        }

        return $"{Target} = {Value(1, Moved)};";
    }

    private string Converted()
    {
        PtxType from = Type;
        var to = new PtxType(parts[^2]);
        string value = Value(1, from);
        if (!to.IsFloat && !from.IsFloat)
            return $"({to.C})({value})";

        if (to.IsFloat && !from.IsFloat)
            return to.Name == "f64" || Has("rn") ? $"({to.C})({value})" : throw Unknown();

        if (to.IsFloat)
        {
            return to.Bits > from.Bits || (to.Bits < from.Bits && Has("rn"))
                ? $"({to.C})({value})"
                : Arithmetic.Rounded(this, value);
        }

        if (!Has("rzi") || to.Bits < 32)
            throw Unknown();

        return $"to_{to.Name}({value})";
    }

    private string Compare()
    {
        string a = Value(1, Type);
        string b = Value(2, Type);
        string comparison = parts[1];
        string test;
        if (Comparisons.TryGetValue(comparison, out string? sign))
            test = Type.IsFloat && comparison == "ne" ? $"(({a} < {b}) | ({a} > {b}))" : $"({a} {sign} {b})";
        else if (comparison is "num" or "nan")
            test = $"({(comparison == "num" ? "!" : "")}unordered({a}, {b}))";
        else if (comparison.EndsWith('u') && Comparisons.TryGetValue(comparison[..^1], out sign))
            test = $"(unordered({a}, {b}) | ({a} {sign} {b}))";
        else
            throw Unknown();

        string combined = parts[2] switch { "and" => "&", "or" => "|", "xor" => "^", _ => "" };
        return combined.Length == 0 ? $"{Target} = {test};" : $"{Target} = {test} {combined} ({Value(3, new PtxType("pred"))} != 0);";
    }

    private string Shift()
    {
        string value = Value(1, Type);
        string amount = $"(uint32_t){Value(2, new PtxType("u32"))}";
        string beyond = Name == "shr" && Type.IsSigned ? $"({value} >> {Type.Bits - 1})" : "0";
        return $"{Target} = {amount} >= {Type.Bits}u ? {beyond} : ({Type.C})({value} {(Name == "shl" ? "<<" : ">>")} {amount});";
    }

    private string Jump()
    {
        var cases = entry.BranchTargets(operands[1]).Select((label, i) => $"case {i}: goto {label};");
        return $"switch ({Value(0, new PtxType("u32"))}) {{ {string.Join(' ', cases)} default: BAD_BRANCH(); }}";
    }

    [GeneratedRegex(@"^@(!?)%(\w+)\s+(.*)$")]
    private static partial Regex GuardPattern();

    [GeneratedRegex(@"^%(tid|ntid|ctaid|nctaid)\.([xyz])$")]
    private static partial Regex SpecialPattern();

    [GeneratedRegex(@"^0(?:[fF](?=.{8}$)|[dD](?=.{16}$))([0-9A-Fa-f]+)$")]
    private static partial Regex RealPattern();

    [GeneratedRegex(@"^(-?\d+|0x[0-9A-Fa-f]+)U?$")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"^\[\s*([%\w$]+)\s*(?:\+\s*(-?\d+))?\s*\]$")]
    private static partial Regex AddressPattern();
}
