using System.Globalization;

namespace CudaOnCpu.Translator;

/// <summary>A fundamental type of PTX, such as u32, b64, f32 or pred.</summary>
/// <param name="Name">Without its dot.</param>
internal readonly record struct PtxType(string Name)
{
    public bool IsPredicate => Name == "pred";

    public bool IsFloat => Name[0] == 'f';

    public bool IsSigned => Name[0] == 's';

    public int Bytes => Bits / 8;

    public int Bits =>
        Name.Length > 1 && int.TryParse(Name.AsSpan(1), CultureInfo.InvariantCulture, out int bits) && bits is 8 or 16 or 32 or 64
            ? bits
            : throw new UnknownPtxException($"type .{Name}");

    /// <summary>The same width, unsigned: arithmetic on it wraps.</summary>
    public PtxType Unsigned => new($"u{Bits}");

    public PtxType Twice => new($"{Name[0]}{2 * Bits}");

    /// <summary>The type in C.</summary>
    public string C => (Name, Name[0]) switch
    {
        ("pred", _) => "int",
        ("f32", _) => "float",
        ("f64", _) => "double",
        (_, 's') => $"int{Bits}_t",
        (_, 'u' or 'b') => $"uint{Bits}_t",
        _ => throw new UnknownPtxException($"type .{Name}"),
    };
}
