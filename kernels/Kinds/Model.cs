namespace ParityGpu.Kernels;

// The kinds of networks and training, shared by specs, logs and kernels. Kernels receive them as integers; the command line and logs use their
// kebab-case names. Numbers are never reused.

/// <summary>Network families (paper, section 3 and appendix A).</summary>
public enum Model
{
    /// <summary>c + Σ_j u_j σ(w_j·x + b_j).</summary>
    Mlp,

    /// <summary>∏_{j≤k} (w_j·x + b_j).</summary>
    Polynet,

    /// <summary>∏_{j≤k} ⟨w_j, x_{P_j}⟩ over a partition of the inputs into k blocks of n/k.</summary>
    DisjointPolynet,

    /// <summary>A multilayer perceptron with σ(z) = z².</summary>
    Deep,

    /// <summary>One attention layer read at a class token, then a ReLU MLP.</summary>
    Transformer,

    /// <summary>A multilayer perceptron whose activation is a setting.</summary>
    DeepMlp,
}
