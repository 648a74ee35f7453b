namespace ParityGpu.Kernels;

/// <summary>What families of networks have in common.</summary>
public static class Models
{
    /// <summary>Whether the network is a product of k functions that are affine in the inputs, and has no output layer.</summary>
    public static bool IsProduct(this Model model) => model == Model.Polynet || model == Model.DisjointPolynet;

    /// <summary>Whether a setting says how many layers the network has, two or more.</summary>
    public static bool IsDeep(this Model model) => model == Model.Deep || model == Model.DeepMlp;

    /// <summary>Whether the first layer is affine in the inputs, which a setting encodes as numbers.</summary>
    public static bool ReadsInputs(this Model model) => model != Model.Transformer;

    /// <summary>Whether a setting says what the activation of its hidden units is.</summary>
    public static bool HasActivation(this Model model) => model == Model.Mlp || model == Model.DeepMlp;
}
