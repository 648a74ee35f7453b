namespace ParityGpu.Kernels;

/// <summary>Properties that families of networks share.</summary>
public static class Models
{
    /// <summary>Whether the network is a product of k functions that are affine in the inputs.</summary>
    public static bool IsProduct(this Model model) => model == Model.Polynet || model == Model.DisjointPolynet;

    /// <summary>Whether an output layer reads the last hidden layer.</summary>
    public static bool HasOutputLayer(this Model model) => !model.IsProduct();

    /// <summary>Whether the number of layers, two or more, is a setting.</summary>
    public static bool IsDeep(this Model model) => model == Model.Deep || model == Model.DeepMlp;

    /// <summary>Whether the first layer is affine in the inputs, whose encoding as numbers is a setting.</summary>
    public static bool ReadsInputs(this Model model) => model != Model.Transformer;

    /// <summary>Whether the activation of the hidden units is a setting.</summary>
    public static bool HasActivation(this Model model) => model == Model.Mlp || model == Model.DeepMlp;
}
