namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Scratch memory of one CPU worker for a transformer. C = samples of a chunk, n + 3 rows of embeddings, 2n + 1 tokens; d̂, Ĥa, Ĥ as in
/// <see cref="AttentionLayout"/>.
/// </summary>
internal unsafe struct AttentionWorkspace
{
    /// <summary>Floats from one row of Ĥa entries, or of an embedding's d̂, to the next: so many or a few more (<see cref="GeneralWorkspace.Apart"/>).</summary>
    public int EntryStride;
    public int EmbeddingStride;

    /// <summary>[Ĥa]: the class token's query, scaled, and −∂ℓ/∂ of it.</summary>
    public float* Query;
    public float* QueryGradient;

    /// <summary>[H][d̂]: Wkᵀq of each head, and −∂ℓ/∂ of it.</summary>
    public float* Probes;
    public float* ProbeGradients;

    /// <summary>[n + 3][Ĥ]: scores of rows, and −∂ℓ/∂ of them.</summary>
    public float* RowScores;
    public float* RowScoreGradients;

    /// <summary>[n + 3][entry stride]: values of rows, and −∂ℓ/∂ of them.</summary>
    public float* RowValues;
    public float* RowValueGradients;

    /// <summary>[n + 3][d̂]: −∂ℓ/∂ of rows by way of their values.</summary>
    public float* RowGradients;

    /// <summary>[2n + 1][Ĥ]: e^(score − largest score).</summary>
    public float* Exponentials;

    /// <summary>[2n + 1][Ĥa]: a token's exponentials, each repeated for the entries of its head; room for a register follows.</summary>
    public float* Repeated;

    /// <summary>[2n + 1][Ĥa]: the tokens' values.</summary>
    public float* TokenValues;

    /// <summary>[Ĥa]: −∂ℓ/∂ of a token's terms.</summary>
    public float* TokenGradient;

    /// <summary>[block of Ĥa + Ĥ][2n + 1][lane]: terms of numerators and denominators, and −∂ℓ/∂ of them.</summary>
    public float* Terms;
    public float* TermGradients;

    /// <summary>[C][Ĥa + Ĥ]: numerators and denominators, later 1/denominators, in the end −∂ℓ/∂ of the sums.</summary>
    public float* Sums;

    /// <summary>[C][entry stride]: what the heads read, and −∂ℓ/∂ of it.</summary>
    public float* Mixed;
    public float* MixedGradients;

    /// <summary>[C][embedding stride]: the attention layer's output, and −∂ℓ/∂ of it.</summary>
    public float* Features;
    public float* FeatureGradients;
}
