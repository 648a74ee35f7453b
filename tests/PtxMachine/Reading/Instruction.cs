namespace ParityGpu.PtxMachine;

/// <summary>What follows an instruction.</summary>
public enum Flow
{
    /// <summary>The next instruction.</summary>
    Next,

    /// <summary>The target in lanes whose guard holds, the next instruction in the others.</summary>
    Branch,

    /// <summary>The target that the source register numbers.</summary>
    Table,

    /// <summary>The next instruction once all warps of the group are here.</summary>
    Barrier,

    /// <summary>Nothing.</summary>
    Exit,
}

/// <summary>Which memory an instruction reaches.</summary>
public enum Space
{
    None,
    Parameter,
    Shared,
    Global,
}

/// <summary>One decoded instruction.</summary>
public sealed class Instruction
{
    internal Instruction(int index, int line, string text, string name)
    {
        Index = index;
        Line = line;
        Text = text;
        Name = name;
    }

    /// <summary>Number among the kernel's instructions, from 0.</summary>
    public int Index { get; }

    /// <summary>Line of the PTX text, from 1.</summary>
    public int Line { get; }

    /// <summary>The line.</summary>
    public string Text { get; }

    /// <summary>Operation with its modifiers, as in add.f32.</summary>
    public string Name { get; }

    public Flow Flow { get; internal init; }

    /// <summary>Whether the program promises that all lanes of a warp branch alike.</summary>
    public bool IsUniform { get; internal init; }

    /// <summary>The predicate without which a lane leaves the instruction out.</summary>
    public Register? Guard { get; internal init; }

    /// <summary>Whether the guard must be false.</summary>
    public bool GuardIsNegated { get; internal init; }

    /// <summary>Registers that are written.</summary>
    public Register[] Results { get; internal set; } = [];

    /// <summary>Registers that are read, without guard and address.</summary>
    public Register[] Sources { get; internal set; } = [];

    public Space Space { get; internal init; }

    /// <summary>Register of the address, if it is not a constant.</summary>
    public Register? AddressBase { get; internal set; }

    /// <summary>Bytes added to the address register.</summary>
    public long AddressOffset { get; internal set; }

    /// <summary>Bytes of one element of a memory access.</summary>
    public int ElementBytes { get; internal init; }

    /// <summary>Index of the first instruction after each jump.</summary>
    public int[] Targets { get; internal set; } = [];

    /// <summary>Index of the instruction where lanes that part here meet again.</summary>
    public int Reconvergence { get; internal set; }

    /// <summary>Everything that is read: sources, guard, address.</summary>
    public IEnumerable<Register> Reads
    {
        get
        {
            IEnumerable<Register> reads = Sources;
            if (Guard is { } guard)
                reads = reads.Append(guard);

            return AddressBase is { } address ? reads.Append(address) : reads;
        }
    }

    /// <summary>Whether control may pass to the next instruction.</summary>
    public bool FallsThrough => Flow switch
    {
        Flow.Branch or Flow.Exit => Guard is not null,
        Flow.Table => false,
        _ => true,
    };

    internal Execution Execute { get; set; } = null!;

    internal PtxException Error(string message) => new(Line, Text.Trim(), message);
}
