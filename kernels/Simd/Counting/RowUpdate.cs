namespace ParityGpu.Kernels.Simd;

/// <summary>What the update of the lanes' weights of every input shares.</summary>
internal unsafe ref struct RowUpdate<TVec>
    where TVec : unmanaged
{
    /// <summary>Words of the batch.</summary>
    public int Words;

    /// <summary>[words][2]: low and high nibbles of the active samples' words.</summary>
    public TVec* Nibbles;

    /// <summary>Nibbles of the first word, kept in registers.</summary>
    public TVec FirstLow;

    public TVec FirstHigh;

    /// <summary>N_j.</summary>
    public TVec ActiveCount;

    /// <summary>s·u_j.</summary>
    public TVec Step;

    /// <summary>d.</summary>
    public TVec Decay;

    /// <summary>Whether d is not 1.</summary>
    public bool Decays;
}
