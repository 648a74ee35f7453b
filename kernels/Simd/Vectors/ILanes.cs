namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The vector operations of the SIMD body, lanes = neurons. <typeparamref name="TVec"/> is one register; it holds floats,
/// 32-bit words or counts, whichever the operation's name says. Every implementation gives the same bits per lane.
/// </summary>
internal interface ILanes<TVec> : IArithmetic<TVec>
    where TVec : unmanaged
{
    /// <summary>Lanes of a register: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    static abstract unsafe TVec Load(void* address);

    static abstract unsafe void Store(void* address, TVec value);

    static abstract TVec Negate(TVec a);

    /// <summary>z where z &gt; 0, else +0 (NaN too).</summary>
    static abstract TVec Relu(TVec z);

    /// <summary><paramref name="words"/> with <paramref name="bit"/> set where z &gt; 0.</summary>
    static abstract TVec MarkPositive(TVec words, TVec z, uint bit);

    /// <summary>earlier | later &lt;&lt; shift, on words.</summary>
    static abstract TVec Append(TVec earlier, TVec later, int shift);

    /// <summary>All ones where <paramref name="bit"/> is set in the word, else zero.</summary>
    static abstract TVec Spread(TVec words, uint bit);

    /// <summary>The low nibbles of all bytes.</summary>
    static abstract TVec LowNibbles(TVec words);

    /// <summary>The high nibbles of all bytes, shifted down.</summary>
    static abstract TVec HighNibbles(TVec words);

    /// <summary>
    /// −2 · (set bits), as partial counts to be added by <see cref="AddCounts"/> (at most <see cref="LaneLimits.WordsPerCount"/> of
    /// them) and totalled by <see cref="TotalCounts"/>.
    /// </summary>
    static abstract TVec MinusTwiceBits(in CountConstants<TVec> constants, TVec lowNibbles, TVec highNibbles);

    static abstract TVec AddCounts(TVec a, TVec b);

    /// <summary>Partial counts to a 32-bit integer per lane.</summary>
    static abstract TVec TotalCounts(in CountConstants<TVec> constants, TVec counts);

    /// <summary>Constants of the counts.</summary>
    static abstract CountConstants<TVec> CreateCountConstants();

    static abstract TVec IntegerToFloat(TVec a);

    /// <summary>Words shifted right, lane l by l bits.</summary>
    static abstract TVec ShiftByLane(TVec words);

    /// <summary>The word rotated right, lane l by l + <paramref name="bits"/> bits.</summary>
    static abstract TVec RotateByLane(TVec words, int bits);

    /// <summary>table[low nibble of the word] of every lane; the table has sixteen entries.</summary>
    static abstract unsafe TVec Lookup(float* table, TVec words);

    /// <summary>Whether any lane is NaN.</summary>
    static abstract bool AnyNaN(TVec a);
}
