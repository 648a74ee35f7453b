namespace ParityGpu.Kernels;

/// <summary>Four 32-bit words: the output of one generator call, and the unit of one 16-byte access.</summary>
public readonly struct WordQuad(uint w0, uint w1, uint w2, uint w3)
{
    public readonly uint W0 = w0;
    public readonly uint W1 = w1;
    public readonly uint W2 = w2;
    public readonly uint W3 = w3;

    /// <summary>Word number 0 … 3.</summary>
    public readonly uint Word(int index) => index < 2 ? (index == 0 ? W0 : W1) : (index == 2 ? W2 : W3);
}
