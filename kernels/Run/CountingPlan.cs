namespace ParityGpu.Kernels;

/// <summary>
/// How a group of threads of the counting kernels divides a step's work, and where a network's state lies. All of it is computed once, by the host,
/// because compilers repeat in every loop what a kernel computes itself.
/// </summary>
/// <remarks>
/// A tile is 1 to 8 blocks of 16 neurons, a team 8 samples; a thread adds up one lane of a tile for one team. A pass is the samples of all teams.
/// Where there are fewer parts than tiles, the parts take the tiles in rounds. Regions are counted in quads of 16 bytes and start at <c>…Quads</c>;
/// counted in floats or words, at four times that.
/// </remarks>
public struct CountingPlan
{
    /// <summary>Samples of a team.</summary>
    public const int TeamSamples = 8;

    /// <summary>
    /// Quads from one lane's sums over the neurons to the next: 32 samples, and 4 floats of padding so that lanes use different banks.
    /// </summary>
    public const int SumQuads = 9;

    /// <summary>Quads of the signs of a word of samples for a group of inputs, of the even or the odd teams.</summary>
    public const int WordSignQuads = Canon.WordSamples / 2;

    /// <summary>Quads of signs that are read as one; the signs start at a multiple of them.</summary>
    public const int SignTileQuads = 4;

    /// <summary>Words that hold the verdicts on a word of samples, one byte per sample (<c>CountingVerdict</c>).</summary>
    public const int VerdictWords = 8;

    /// <summary>Maximum number of blocks in a tile.</summary>
    public const int MostTileBlocks = 8;

    private const int WarpThreads = 32;
    private const int MostTeams = 16;
    private const int TeamsOfWord = Canon.WordSamples / TeamSamples;

    /// <summary>Groups of four inputs.</summary>
    public int Groups;

    /// <summary>Blocks of a tile.</summary>
    public int TileBlocks;

    public int Tiles;

    /// <summary>Tiles that are worked on at the same time.</summary>
    public int Parts;

    /// <summary>⌈tiles / parts⌉.</summary>
    public int Rounds;

    /// <summary>A thread's part is its index shifted right by this many bits.</summary>
    public int PartShift;

    /// <summary>The bits of a thread's index that tell its lane and team.</summary>
    public int PartMask;

    /// <summary>Samples of a pass.</summary>
    public int PassSamples;

    /// <summary>Words of a pass.</summary>
    public int PassWords;

    /// <summary>Words of a batch.</summary>
    public int Words;

    /// <summary>Threads of the group.</summary>
    public int Threads;

    /// <summary>Warps of the group.</summary>
    public int Warps;

    /// <summary>Neurons, including the padding of the last tile.</summary>
    public int PaddedWidth;

    /// <summary>Weights of a tile.</summary>
    public int TileQuads;

    /// <summary>float[<see cref="PaddedWidth"/>], behind the weights.</summary>
    public int BiasQuads;

    /// <summary>float[<see cref="PaddedWidth"/>]: the output weights, behind the biases.</summary>
    public int OutputQuads;

    /// <summary>Quads of weights, biases and output weights.</summary>
    public int ParameterQuads;

    /// <summary>
    /// FloatQuad[<see cref="Groups"/>][word of the pass][<see cref="WordSignQuads"/>]: signs of the samples of the even teams, then of the odd ones.
    /// </summary>
    public int SignQuads;

    /// <summary>Quads from the signs for one group of inputs to those for the next.</summary>
    public int SignStride;

    /// <summary>The same by fours.</summary>
    public int SignTileStride;

    /// <summary>
    /// Quads from the signs of an even team to those of the next one: a multiple of four, in which they are read, and not of eight, so that both use
    /// different banks.
    /// </summary>
    public int OddSignQuads;

    /// <summary>FloatQuad[word of the pass][lane][<see cref="SumQuads"/>]: the output's sums over neurons, lane by lane.</summary>
    public int LaneSumQuads;

    /// <summary>WordQuad[<see cref="RingWords"/>][<see cref="Groups"/>]: the run's stream of samples as drawn.</summary>
    public int RingQuads;

    /// <summary>Stream words that a batch can touch.</summary>
    public int RingWords;

    /// <summary>WordQuad[words of a pass and one][<see cref="Groups"/>]: held-out samples as drawn.</summary>
    public int HeldOutQuads;

    /// <summary>WordQuad[2][<see cref="Words"/>][<see cref="Groups"/>]: inputs of this batch and the next, XORed with the labels.</summary>
    public int WindowQuads;

    /// <summary>Quads of one of the two batches' inputs.</summary>
    public int WindowSize;

    /// <summary>uint[2][<see cref="Words"/>]: labels of this batch and the next, then those of held-out samples.</summary>
    public int LabelQuads;

    /// <summary>uint[<see cref="Words"/>][<see cref="PaddedWidth"/>]: the samples on which a neuron is active, one byte per team.</summary>
    public int ActiveQuads;

    /// <summary>uint[word of the pass][<see cref="VerdictWords"/>]: errors.</summary>
    public int WrongQuads;

    /// <summary>uint[<see cref="Words"/>][<see cref="VerdictWords"/>]: samples inside the margin.</summary>
    public int InsideQuads;

    /// <summary>float[1], int[3]: the output bias; marks that something is not finite.</summary>
    public int ScalarQuads;

    /// <summary>End of the regions.</summary>
    public int EndQuads;

    /// <summary>Instructions of a warp for a group of inputs and eight samples per thread, all its rounds together.</summary>
    public readonly long WarpInstructions => Rounds * TileInstructions(TileBlocks);

    /// <summary>
    /// Plans a network.
    /// </summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="mostThreads">Maximum number of threads in a group.</param>
    /// <param name="passWords">Maximum number of words in a pass: 1, 2 or 4.</param>
    /// <param name="parametersApart">Whether the parameters lie in memory of their own instead of before the other regions.</param>
    /// <param name="tileBlocks">Blocks of a tile; 0 for those with the least work.</param>
    public static CountingPlan Of(in LaunchShape shape, int mostThreads, int passWords, bool parametersApart, int tileBlocks = 0)
    {
        int blocks = Canon.Blocks(shape.Width);
        int words = Canon.Words(shape.Batch);
        int batchTeams = (int)Math.Min(Canon.Quotient(shape.Batch, 2L * TeamSamples) * 2L, MostTeams);
        int teams = Math.Min(batchTeams, passWords * TeamsOfWord);
        int mostParts = int.IsPow2(teams) ? Math.Max(1, mostThreads / (teams * Canon.Lanes)) : 1;
        tileBlocks = tileBlocks == 0 ? LeanestTile(blocks) : tileBlocks;
        int tiles = Canon.Quotient(blocks, tileBlocks);
        int rounds = Canon.Quotient(tiles, mostParts);
        var plan = new CountingPlan
        {
            Groups = Canon.Groups(shape.Inputs),
            TileBlocks = tileBlocks,
            Tiles = tiles,
            Rounds = rounds,
            Parts = Canon.Quotient(tiles, rounds),
            PassSamples = teams * TeamSamples,
            PassWords = Canon.Quotient(teams, TeamsOfWord),
            Words = words,
            PaddedWidth = checked(tiles * tileBlocks * Canon.Lanes),
            RingWords = words + 1,
        };
        int partThreads = teams * Canon.Lanes;
        plan.Threads = plan.Parts * partThreads;
        plan.Warps = plan.Threads / WarpThreads;
        plan.PartShift = plan.Parts > 1 ? int.Log2(partThreads) : 31;
        plan.PartMask = plan.Parts > 1 ? partThreads - 1 : int.MaxValue;
        plan.TileQuads = checked(tileBlocks * Canon.Lanes * plan.Groups);
        plan.SignStride = plan.PassWords * WordSignQuads;
        plan.SignTileStride = plan.SignStride / SignTileQuads;
        plan.OddSignQuads = (plan.Groups * plan.SignStride) + SignTileQuads;
        plan.WindowSize = words * plan.Groups;
        plan.Place(parametersApart);
        return plan;
    }

    /// <summary>
    /// Plans a network whose batches have one sample: one thread per neuron.
    /// </summary>
    /// <remarks>
    /// The regions are weights [group][thread]; signs [group][2], for a sample's inputs and for y·x of the sample before; one word of the stream and
    /// one of held-out samples; and two floats per neuron, for its output weight and its value.
    /// </remarks>
    /// <param name="shape">Its shape.</param>
    public static CountingPlan OfSingleSamples(in LaunchShape shape)
    {
        int threads = Canon.Quotient(shape.Width, WarpThreads) * WarpThreads;
        var plan = new CountingPlan { Groups = Canon.Groups(shape.Inputs), Threads = threads };
        plan.SignQuads = checked(plan.Groups * threads);
        plan.RingQuads = plan.SignQuads + (2 * plan.Groups);
        plan.HeldOutQuads = plan.RingQuads + plan.Groups;
        plan.OutputQuads = plan.HeldOutQuads + plan.Groups;
        plan.ActiveQuads = plan.OutputQuads + (threads / 4);
        plan.LaneSumQuads = plan.ActiveQuads + (threads / 4);
        plan.ScalarQuads = plan.LaneSumQuads + Canon.LaneQuads;
        plan.EndQuads = plan.ScalarQuads + 1;
        return plan;
    }

    /// <summary>Whether one warp trains a network: a thread per sample, per four inputs, and two per neuron.</summary>
    public static bool IsForOneWarp(in LaunchShape shape) =>
        shape.Batch is > 1 and <= WarpThreads && shape.Width <= WarpThreads / 2 && Canon.Groups(shape.Inputs) <= WarpThreads;

    /// <summary>
    /// Plans a network of at most 16 neurons and 128 inputs whose batches have at most 32 samples: one warp.
    /// </summary>
    /// <remarks>
    /// The regions are weights [group][16 neurons]; inputs of the pass [group], as they are and XORed with the labels; two words of the stream; a byte
    /// per neuron and sample; and a float per thread.
    /// </remarks>
    /// <param name="shape">Its shape.</param>
    public static CountingPlan OfOneWarp(in LaunchShape shape)
    {
        var plan = new CountingPlan { Groups = Canon.Groups(shape.Inputs), Threads = WarpThreads, PassWords = 1, TileBlocks = Canon.Quotient(shape.Width, 2) };
        plan.BiasQuads = Canon.Lanes * plan.Groups;
        plan.OutputQuads = plan.BiasQuads + Canon.LaneQuads;
        plan.SignQuads = plan.OutputQuads + Canon.LaneQuads;
        plan.WindowQuads = plan.SignQuads + plan.Groups;
        plan.RingQuads = plan.WindowQuads + plan.Groups;
        plan.ActiveQuads = plan.RingQuads + (2 * plan.Groups);
        plan.WrongQuads = plan.ActiveQuads + (Canon.Lanes * VerdictWords / 4);
        plan.InsideQuads = plan.WrongQuads + (VerdictWords / 4);
        plan.LaneSumQuads = plan.InsideQuads + (VerdictWords / 4);
        plan.ScalarQuads = plan.LaneSumQuads + (WarpThreads / 4);
        plan.EndQuads = plan.ScalarQuads + 1;
        return plan;
    }

    private void Place(bool parametersApart)
    {
        // The last pass may reach further than the batch.
        int words = Canon.Quotient(Words, PassWords) * PassWords;
        BiasQuads = checked(Tiles * TileQuads);
        OutputQuads = BiasQuads + (PaddedWidth / 4);
        ParameterQuads = OutputQuads + (PaddedWidth / 4);
        SignQuads = parametersApart ? 0 : ParameterQuads;
        LaneSumQuads = SignQuads + (2 * OddSignQuads) - SignTileQuads;
        RingQuads = LaneSumQuads + (PassWords * Canon.Lanes * SumQuads);
        HeldOutQuads = RingQuads + (RingWords * Groups);
        WindowQuads = HeldOutQuads + ((PassWords + 1) * Groups);
        LabelQuads = WindowQuads + (2 * WindowSize);
        ActiveQuads = LabelQuads + Canon.Quotient((2 * words) + PassWords, 4);
        WrongQuads = checked(ActiveQuads + (words * (PaddedWidth / 4)));
        InsideQuads = WrongQuads + (PassWords * VerdictWords / 4);
        ScalarQuads = InsideQuads + (words * VerdictWords / 4);
        EndQuads = ScalarQuads + 1;
    }

    /// <summary>The tile with the least work.</summary>
    private static int LeanestTile(int blocks) =>
        Enumerable.Range(1, MostTileBlocks).MinBy(tile => Canon.Quotient(blocks, tile) * TileInstructions(tile));

    /// <summary>Instructions for a group of inputs and eight samples: for each block, padding included, and for the tile.</summary>
    private static long TileInstructions(int tileBlocks) => (33L * tileBlocks) + 14;
}
