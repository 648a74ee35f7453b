namespace ParityGpu.PtxMachine;

/// <summary>Numbers the registers of a kernel, its constants, and the special registers that it reads.</summary>
internal sealed class RegisterNames
{
    private readonly Dictionary<string, Register> named = [];
    private readonly Dictionary<(Bank Bank, ulong Value), Register> constants = [];
    private readonly Dictionary<string, Register> specials = [];
    private readonly int[] counts = new int[3];

    /// <summary>Registers that hold one value in all lanes from the start.</summary>
    public IEnumerable<(Register Register, ulong Value)> Constants => constants.Select(pair => (pair.Value, pair.Key.Value));

    /// <summary>Special registers by name, as in %tid.x.</summary>
    public IReadOnlyDictionary<string, Register> Specials => specials;

    /// <summary>The registers that the program writes itself.</summary>
    public IReadOnlyCollection<Register> Named => named.Values;

    /// <summary>Registers of a bank, of all sorts.</summary>
    public int Count(Bank bank) => counts[(int)bank];

    /// <summary>The register called so; its letters say how wide it is.</summary>
    public Register Find(string name)
    {
        if (!named.TryGetValue(name, out var register))
        {
            named[name] = register = Next(name[1..].TrimEnd([.. "0123456789"]) switch
            {
                "p" => Bank.Predicate,
                "rd" or "fd" => Bank.Wide,
                "r" or "f" or "rs" => Bank.Word,
                _ => throw new FormatException($"{name} is not a register that the machine knows"),
            });
        }

        return register;
    }

    /// <summary>A register that holds a constant.</summary>
    public Register Constant(Bank bank, ulong value)
    {
        if (!constants.TryGetValue((bank, value), out var register))
            constants[(bank, value)] = register = Next(bank);

        return register;
    }

    /// <summary>One of <see cref="SpecialRegisters"/>.</summary>
    public Register Special(string name)
    {
        if (!specials.TryGetValue(name, out var register))
            specials[name] = register = Next(Bank.Word);

        return register;
    }

    private Register Next(Bank bank) => new(bank, counts[(int)bank]++);
}
