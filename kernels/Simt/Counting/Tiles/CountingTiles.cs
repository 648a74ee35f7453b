using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass up to the output's sums lane by lane: a thread has one lane of a tile and a team of eight samples.</summary>
internal static class CountingTiles
{
    /// <summary>
    /// Classifies the samples of a pass. Every round ends with a barrier.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="rounds">The plan's rounds, or 0 to classify nothing.</param>
    /// <param name="firstWord">Word of the batch that the pass starts with, for the marks of active neurons.</param>
    public static void Classify<TTile>(CountingSlot run, int rounds, int firstWord)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        int inPart = run.Thread.Index & run.Shape.Counting.PartMask;
        int part = run.Thread.Index >> run.Shape.Counting.PartShift;

        // Neighbouring threads differ in team, so that a pair reads the same weights; other threads read the same signs.
        int lane = (inPart >> 1) & (Canon.Lanes - 1);
        int team = (inPart & 1) | ((inPart >> 5) << 1);
        int word = team >> 2;
        int teamOfWord = team & 3;
        int signs = run.Shape.Counting.SignQuads + EightSigns.Place(run.Shape.Counting, word, teamOfWord * CountingPlan.TeamSamples);
        int sums = run.Shape.Counting.LaneSumQuads + (((word * Canon.Lanes) + lane) * CountingPlan.SumQuads) + (2 * teamOfWord);
        int marks = (run.Shape.Counting.ActiveQuads * 16) + ((firstWord + word) * run.Shape.Counting.PaddedWidth * 4) + teamOfWord;
        int tile = part;
        for (int round = 0; round < rounds; round++, tile += run.Shape.Counting.Parts)
        {
            // A part without a tile takes the last one's first group in vain.
            bool exists = tile < run.Shape.Counting.Tiles;
            int existing = Math.Min(tile, run.Shape.Counting.Tiles - 1);
            int neuron = (existing * TTile.Blocks * Canon.Lanes) + lane;
            int weights = (existing * run.Shape.Counting.TileQuads) + lane;
            int at = signs / CountingPlan.SignTileQuads;
            var z = TileSums.Of<TTile>(memory.Parameters.SubView((run.Shape.Counting.BiasQuads * 4) + neuron, TileSums.Span<TTile>()));
            z = AddGroup<TTile>(memory, z, weights, at);
            int left = exists ? run.Shape.Counting.Groups - 1 : 0;
            if ((left & 1) != 0)
            {
                at += run.Shape.Counting.SignTileStride;
                weights += TTile.Blocks * Canon.Lanes;
                z = AddGroup<TTile>(memory, z, weights, at);
            }

            // Two groups per turn: the sums stay in the same registers from one to the other.
            for (; left > 1; left -= 2)
            {
                at += run.Shape.Counting.SignTileStride;
                z = AddGroup<TTile>(memory, z, weights + (TTile.Blocks * Canon.Lanes), at);
                at += run.Shape.Counting.SignTileStride;
                weights += 2 * TTile.Blocks * Canon.Lanes;
                z = AddGroup<TTile>(memory, z, weights, at);
            }

            // The output's sums run through the blocks in order, so the parts take turns.
            for (int turn = 0; turn < run.Shape.Counting.Parts; turn++)
            {
                if (turn == part && exists)
                {
                    var rest = memory.Quads.SubView(sums, 2);
                    var start = tile > 0 ? EightSums.Load(rest) : default;
                    EightSums.Store(rest, TileSums.AddOutputs<TTile>(
                        z,
                        start,
                        memory.Parameters.SubView((run.Shape.Counting.OutputQuads * 4) + neuron, TileSums.Span<TTile>()),
                        memory.Bytes.SubView(marks + (neuron * 4), TileSums.Span<TTile>() * 4)));
                }

                GroupBarrier.Barrier();
            }
        }
    }

    private static TileSums AddGroup<TTile>(CountingMemory memory, TileSums z, int weights, int signs)
        where TTile : struct, ITile =>
        TileSums.Add<TTile>(z, memory.Weights.SubView(weights, TileSums.Span<TTile>()), EightSigns.Load(memory.Tiles.SubView(signs)));
}
