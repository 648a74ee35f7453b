namespace ParityGpu.Kernels.Simd;

/// <summary>What a pass of a transformer computes; its items are the same for any number of workers.</summary>
internal enum AttentionWork
{
    /// <summary>The class token's query and the values of rows, for blocks of entries.</summary>
    Values,

    /// <summary>Probes and scores of rows, for heads.</summary>
    Scores,

    /// <summary>Sums over the samples' tokens, for blocks of their columns.</summary>
    Sums,

    /// <summary>The attention layer's output, for blocks of an embedding.</summary>
    Features,

    /// <summary>d of the attention layer's output and the gradient of Wo, for blocks of an embedding.</summary>
    FeatureDescent,

    /// <summary>d of what the heads read, for blocks of entries.</summary>
    MixedDescent,

    /// <summary>Gradients of the tokens' terms, for blocks of the sums' columns.</summary>
    TermGradients,

    /// <summary>Gradient of Wv, for blocks of entries.</summary>
    ValueGradient,

    /// <summary>Gradients of Wk, and of rows by way of their values and scores, for blocks of an embedding.</summary>
    RowGradients,

    /// <summary>Gradient of Wq, for blocks of entries.</summary>
    QueryGradient,

    /// <summary>Gradient of the class token by way of its query, for blocks of an embedding.</summary>
    ClassGradient,
}
