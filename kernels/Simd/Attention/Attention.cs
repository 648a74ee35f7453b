using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// A transformer up to the readout's hidden units, forward and backward (NUMERICS.md, transformer): work on the 2n + 1 tokens is done once per step,
/// work on samples once per chunk. <see cref="GeneralRun{TVec,TLanes}"/> calls passes and what lies between them in order; workers may share a pass.
/// </summary>
internal readonly unsafe partial struct Attention<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Lanes = Canon.Lanes;

    private readonly LaunchShape shape;
    private readonly GeneralWorkspace workspace;
    private readonly AttentionWorkspace attention;
    private readonly float* weights;
    private readonly float scoreScale;
    private readonly int inputs;
    private readonly int rows;
    private readonly int embedding;
    private readonly int heads;
    private readonly int headSize;
    private readonly int entries;
    private readonly int paddedEntries;
    private readonly int paddedHeads;
    private readonly int columns;
    private readonly long blockTerms;

    public Attention(in LaunchShape shape, in GeneralWorkspace workspace, float* weights, float scoreScale)
    {
        this.shape = shape;
        this.workspace = workspace;
        this.weights = weights;
        this.scoreScale = scoreScale;
        attention = workspace.Attention;
        inputs = shape.Inputs;
        rows = AttentionLayout.Rows(shape);
        embedding = AttentionLayout.PaddedEmbedding(shape);
        heads = shape.Heads;
        headSize = shape.HeadSize;
        entries = AttentionLayout.Entries(shape);
        paddedEntries = AttentionLayout.PaddedEntries(shape);
        paddedHeads = AttentionLayout.PaddedHeads(shape);
        columns = AttentionLayout.SumColumns(shape);
        blockTerms = AttentionLayout.Tokens(shape) * Lanes;
    }

    /// <summary>Number of items of a pass.</summary>
    public int Items(AttentionWork work) => work switch
    {
        AttentionWork.Values or AttentionWork.MixedDescent or AttentionWork.ValueGradient or AttentionWork.QueryGradient => paddedEntries / Lanes,
        AttentionWork.Scores => heads,
        AttentionWork.Sums or AttentionWork.TermGradients => columns / Lanes,
        _ => embedding / Lanes,
    };

    /// <summary>Some items of a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="first">First of the items.</param>
    /// <param name="end">Behind the last of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Do(in GeneralPass pass, int first, int end)
    {
        switch (pass.Attention)
        {
            case AttentionWork.Values:
                ComputeValues(first * Lanes, end * Lanes);
                break;
            case AttentionWork.Scores:
                ComputeScores(first, end);
                break;
            case AttentionWork.Sums:
                TokenSums<TVec, TLanes>.Forward(workspace, shape, pass.Samples, first * Lanes, end * Lanes);
                break;
            case AttentionWork.Features:
                ComputeFeatures(pass.Samples, first * Lanes, end * Lanes);
                break;
            case AttentionWork.FeatureDescent:
                DescendFeatures(pass.Samples, pass.Start, first * Lanes, end * Lanes);
                break;
            case AttentionWork.MixedDescent:
                DescendMixed(pass.Samples, first * Lanes, end * Lanes);
                break;
            case AttentionWork.TermGradients:
                TokenSums<TVec, TLanes>.Backward(workspace, shape, pass.Samples, pass.Start, first * Lanes, end * Lanes);
                break;
            case AttentionWork.ValueGradient:
                AddValueGradient(first * Lanes, end * Lanes);
                break;
            case AttentionWork.RowGradients:
                AddRowGradients(first * Lanes, end * Lanes);
                break;
            case AttentionWork.QueryGradient:
                AddQueryGradient(first * Lanes, end * Lanes);
                break;
            default:
                AddClassGradient(first * Lanes, end * Lanes);
                break;
        }
    }

    private static void Clear(float* target, long count) => NativeMemory.Clear(target, (nuint)count * sizeof(float));

    /// <summary>Sets the padding of rows of embeddings to +0, if it is among the columns up to <paramref name="end"/>.</summary>
    private void ClearPadding(float* embeddings, int stride, int end, int count)
    {
        if (end == embedding)
            Head<TVec, TLanes>.ClearPadding(embeddings + embedding - Lanes, stride, workspace, shape.Embedding, count);
    }
}
