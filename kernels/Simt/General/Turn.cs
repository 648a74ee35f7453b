namespace ParityGpu.Kernels.Simt;

/// <summary>A turn as <see cref="TurnBooks"/> has it.</summary>
internal readonly struct Turn(WordQuad entries, long steps)
{
    /// <summary>Steps taken.</summary>
    public readonly long Steps = steps;

    /// <summary>First word of the turn.</summary>
    public readonly int Word = (int)entries.W1;

    /// <summary>1 in a turn over held-out samples, 0 in one over the batch: for products in place of conditionals.</summary>
    public readonly int Judging = (int)entries.W2;

    /// <summary>Whether there is such a turn.</summary>
    public readonly bool Exists = (int)entries.W0 > 0;
}
