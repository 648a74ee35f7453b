using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>Which settings of a point fit together.</summary>
internal static class PointValidation
{
    /// <summary>Interpolation through k + 1 points in single precision stays accurate up to here.</summary>
    public const int MaxPolynomialDegree = 12;

    /// <summary>Most weights of each matrix of an attention layer: 32-bit indices into a worker's memory.</summary>
    private const long MaxAttentionWeights = 1L << 26;

    /// <exception cref="UserErrorException">Two settings do not fit together.</exception>
    public static void Check(Point point)
    {
        if (!point.Target.IsParity)
            CheckPolynomial(point);

        switch (point.Model)
        {
            case Model.Mlp or Model.DeepMlp:
                CheckActivation(point);
                break;
            case Model.DisjointPolynet when point.N % point.K != 0:
                throw new UserErrorException(
                    $"--n {point.N}: must be a multiple of k (k = {point.K}) for --model disjoint-polynet");
            case Model.Transformer when (long)point.Heads * point.DAttn * point.DEmb > MaxAttentionWeights:
                throw new UserErrorException(
                    $"--d-emb {point.DEmb}: d-emb · heads · d-attn = {(long)point.Heads * point.DAttn * point.DEmb}; must be at most {MaxAttentionWeights}");
            case Model.Transformer when point.Init == Init.Sparse:
                throw new UserErrorException("--init sparse: is not supported with --model transformer, which has no weights from inputs to neurons; must be another initialisation");
        }

        if (point.Init == Init.Sparse && point.Sparsity > point.N)
            throw new UserErrorException($"--sparsity {point.Sparsity}: must be at most n (n = {point.N})");

        if (point.Init == Init.Sparse && point.Model == Model.DisjointPolynet)
            throw new UserErrorException("--init sparse: is not supported with --model disjoint-polynet, whose neurons see a block of inputs each; must be another initialisation");

        if (point.Train == TrainedLayers.Layerwise && !point.Model.IsDeep())
            throw new UserErrorException("--train layerwise: must be with --model deep or deep-mlp");

        if (point.Train == TrainedLayers.Output && point.Model.IsProduct())
            throw new UserErrorException($"--train output: must be with a model that has an output layer, not {new NameKind<Model>().Format(point.Model)}");

        if (point.Train == TrainedLayers.Output && point.Output == OutputLayer.Fixed)
            throw new UserErrorException("--train output: must be with --output trained");

        if (point.Samples > 0 && point.Batch > point.Samples)
            throw new UserErrorException($"--batch {point.Batch}: must be at most the {point.Samples} points of --samples");

        if (point.Check == CheckTimes.Epoch && point.Samples == 0)
            throw new UserErrorException("--check epoch: must be with --samples; fresh batches have no epochs, and an integer checks every so many steps");

        if (point.Optimizer == Optimizer.Adam)
        {
            CheckBeta("--momentum", point.Momentum);
            CheckBeta("--beta2", point.Beta2);
        }

        int layers = point.Schedule.Phases.Max(phase => phase.Factors.Length);
        if (layers > point.Layers)
        {
            throw new UserErrorException(
                $"--schedule {point.Schedule}: {layers} factors; must be at most {point.Layers}, one per layer of --model {new NameKind<Model>().Format(point.Model)}");
        }
    }

    private static void CheckPolynomial(Point point)
    {
        if (point.K > point.N)
            throw new UserErrorException($"--target {point.Target}: names x{point.K}; must be of inputs up to x{point.N} (n = {point.N})");

        if (point.Loss != Loss.Square)
        {
            throw new UserErrorException(
                $"--loss {new NameKind<Loss>().Format(point.Loss)}: must be square with --target {point.Target}, whose labels are real numbers");
        }
    }

    private static void CheckActivation(Point point)
    {
        if (point.Activation == Activation.Power && point.K == 1)
            throw new UserErrorException("--k 1: must be at least 2 for --activation power: z^1 makes a linear network");

        if (point.Activation == Activation.Polynomial && point.K > MaxPolynomialDegree)
            throw new UserErrorException($"--k {point.K}: must be at most {MaxPolynomialDegree} for --activation polynomial");
    }

    /// <summary>Adam divides by 1 − β^t, in single precision.</summary>
    private static void CheckBeta(string option, double beta)
    {
        if ((float)beta == 1)
            throw new UserErrorException($"{option} {beta}: must be below 1 in single precision for --optimizer adam");
    }
}
