namespace ParityGpu.PtxMachine;

/// <summary>Sets of a kernel's registers, one bit each.</summary>
internal sealed class RegisterSets(PtxKernel kernel)
{
    private readonly int words = kernel.Registers.Count(Bank.Predicate);
    private readonly int wides = kernel.Registers.Count(Bank.Predicate) + kernel.Registers.Count(Bank.Word);
    private readonly int count = kernel.Registers.Count(Bank.Predicate) + kernel.Registers.Count(Bank.Word) + kernel.Registers.Count(Bank.Wide);

    public ulong[] Empty() => new ulong[(count + 63) / 64];

    public ulong[] Of(IEnumerable<Register> registers)
    {
        ulong[] set = Empty();
        foreach (var register in registers)
            Add(set, register);

        return set;
    }

    public bool Has(ulong[] set, Register register) => (set[Number(register) / 64] >> (Number(register) % 64) & 1) != 0;

    public void Add(ulong[] set, Register register) => set[Number(register) / 64] |= 1UL << (Number(register) % 64);

    public void Remove(ulong[] set, Register register) => set[Number(register) / 64] &= ~(1UL << (Number(register) % 64));

    /// <summary>Adds the members of another set; whether there were new ones among them.</summary>
    public static bool AddAll(ulong[] set, ulong[] others)
    {
        ulong grown = 0;
        for (int word = 0; word < set.Length; word++)
        {
            grown |= others[word] & ~set[word];
            set[word] |= others[word];
        }

        return grown != 0;
    }

    private int Number(Register register) => register.Index + register.Bank switch
    {
        Bank.Predicate => 0,
        Bank.Word => words,
        _ => wides,
    };
}
