namespace CudaOnCpu.Translator;

/// <summary>Arithmetic as expressions in C. Only operations whose result is one exact number are known.</summary>
internal static class Arithmetic
{
    /// <summary>The value an instruction computes.</summary>
    public static string Of(Instruction instruction)
    {
        string? expression = instruction.Name is "add" or "sub" or "mul" or "mad" or "fma" or "div" or "rem" or "min" or "max" or "neg" or "abs" or "sqrt"
            ? instruction.Type.IsFloat ? Float(instruction) : Integer(instruction)
            : null;
        return expression ?? throw instruction.Unknown();
    }

    /// <summary>A float rounded to an integer of its own type, by cvt.</summary>
    public static string Rounded(Instruction instruction, string value)
    {
        string function = instruction switch
        {
            _ when instruction.Has("rmi") => "floor",
            _ when instruction.Has("rpi") => "ceil",
            _ when instruction.Has("rzi") => "trunc",
            _ when instruction.Has("rni") => "rint",
            _ => throw instruction.Unknown(),
        };
        return $"__builtin_{function}{Suffix(instruction)}({value})";
    }

    private static string Suffix(Instruction instruction) => instruction.Type.Bits == 32 ? "f" : "";

    private static string? Float(Instruction instruction)
    {
        PtxType type = instruction.Type;
        string[] a = [.. Enumerable.Range(1, instruction.Operands - 1).Select(i => instruction.Value(i, type))];
        bool isRounded = instruction.Has("rn");
        string suffix = Suffix(instruction);

        // Without .rn a product and a sum may become one fma.
        return instruction.Name switch
        {
            "add" or "sub" or "mul" or "fma" when isRounded => $"{instruction.Name}_{type.Name}({string.Join(", ", a)})",
            "add" => $"{a[0]} + {a[1]}",
            "sub" => $"{a[0]} - {a[1]}",
            "mul" => $"{a[0]} * {a[1]}",
            "neg" => $"-{a[0]}",
            "abs" => $"__builtin_fabs{suffix}({a[0]})",
            "div" when isRounded => $"{a[0]} / {a[1]}",
            "sqrt" when isRounded => $"__builtin_sqrt{suffix}({a[0]})",
            "min" or "max" => $"{instruction.Name}_{type.Name}({a[0]}, {a[1]})",
            _ => null,
        };
    }

    private static string? Integer(Instruction instruction)
    {
        PtxType type = instruction.Type;
        string u = type.Unsigned.C;
        string a = instruction.Value(1, type);
        string b = instruction.Operands > 2 ? instruction.Value(2, type) : "";
        bool isWide = instruction.Has("wide");
        string plus = instruction.Name == "mad" ? $" + {instruction.Value(3, isWide ? type.Twice.Unsigned : type)}" : "";
        return instruction.Name switch
        {
            "add" => $"({type.C})(({u}){a} + ({u}){b})",
            "sub" => $"({type.C})(({u}){a} - ({u}){b})",
            "mul" or "mad" when isWide => $"({type.Twice.C}){a} * ({type.Twice.C}){b}{plus}",
            "mul" or "mad" when instruction.Has("lo") => $"({type.C})(({u}){a} * ({u}){b}{plus})",
            "mul" when instruction.Has("hi") => $"({type.C})((({DoubleWidth(type)}){a} * ({DoubleWidth(type)}){b}) >> {type.Bits})",
            "div" or "rem" => $"{instruction.Name}_{type.Name}({a}, {b})",
            "min" => $"{a} < {b} ? {a} : {b}",
            "max" => $"{a} > {b} ? {a} : {b}",
            "neg" => $"({type.C})(0 - ({u}){a})",
            "abs" => $"{a} < 0 ? ({type.C})(0 - ({u}){a}) : {a}",
            _ => null,
        };
    }

    private static string DoubleWidth(PtxType type) => type.Bits < 64 ? type.Twice.C : type.IsSigned ? "__int128" : "unsigned __int128";
}
