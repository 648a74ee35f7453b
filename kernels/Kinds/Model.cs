namespace ParityGpu.Kernels;

// The kinds of networks and training, in specs, logs and kernels alike. Kernels get them as integers. Their names on the command
// line and in logs are the kebab-case forms; numbers are never reused.

/// <summary>Network families (paper, section 3 and appendix A).</summary>
public enum Model
{
    /// <summary>c + Σ_j u_j σ(w_j·x + b_j).</summary>
    Mlp,

    /// <summary>∏_{j≤k} (w_j·x + b_j).</summary>
    Polynet,

    /// <summary>∏_{j≤k} ⟨w_j, x_{P_j}⟩ over a partition of the inputs in k blocks of n/k.</summary>
    DisjointPolynet,

    /// <summary>A multilayer perceptron with σ(z) = z².</summary>
    Deep,

    /// <summary>One attention layer read at a class token, then a ReLU MLP.</summary>
    Transformer,

    /// <summary>A multilayer perceptron with an activation that a setting names.</summary>
    DeepMlp,
}
