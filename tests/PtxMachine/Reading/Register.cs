namespace ParityGpu.PtxMachine;

/// <summary>Where a register's 32 lanes are kept.</summary>
public enum Bank
{
    /// <summary>One bit a lane.</summary>
    Predicate,

    /// <summary>Integers and floats of up to 32 bits.</summary>
    Word,

    /// <summary>Integers and floats of 64 bits.</summary>
    Wide,
}

/// <summary>A register, a constant or a special register: number <paramref name="Index"/> of its bank.</summary>
public readonly record struct Register(Bank Bank, int Index);
