namespace ParityGpu.Kernels;

/// <summary>Matrices of a transformer's attention layer. Their numbers are part of the canon; number 0 is the readout's matrix.</summary>
public enum AttentionMatrix
{
    /// <summary>Wq, [H·a][d].</summary>
    Query = 1,

    /// <summary>Wk, [H·a][d].</summary>
    Key = 2,

    /// <summary>Wv, [H·a][d].</summary>
    Value = 3,

    /// <summary>Wo, [d][H·a].</summary>
    Projection = 4,

    /// <summary>[n + 3][d]: positions, tokens + and −, class token.</summary>
    Embedding = 5,
}
