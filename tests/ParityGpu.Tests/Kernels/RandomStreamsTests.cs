using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

public sealed class RandomStreamsTests
{
    private const ulong Seed = 0x0123456789abcdef;

    private static readonly uint[] Indices = [0, 1, 2, 3, 4, 5, 255, 256, 257, 0x7fffffff, 0xffffffff];

    private static readonly ulong[] LongIndices =
        [0, 1, 2, 3, 4, 5, 255, 256, 0xffffffff, 0x100000000, 0x100000001, 0x500000000, 0xffffff00000001];

    /// <summary>Counters as kernels/NUMERICS.md lists them, written out a second time: every record hangs on them.</summary>
    [Fact]
    public void Counters_are_those_of_the_canon()
    {
        Assert.Equal(At(0xcafef00d, 0x7, 9, 0), RandomStreams.SampleWord(Seed, 0x7cafef00d, 9));
        Assert.Equal(At(6, 0xcafef00d, 9, 0x701), RandomStreams.HeldOutWord(Seed, 0x7cafef00d, 6, 9));
        Assert.Equal(At(0xcafef00d, 0x7, 9, 0x1f09), RandomStreams.InputLevel(Seed, 0x7cafef00d, 9, 31));
        Assert.Equal(At(0xcafef00d, 0x7, 5, 10), RandomStreams.MixtureLevels(Seed, 0x7cafef00d, 5));
        Assert.Equal(At(6, 9, 0, 2), RandomStreams.HiddenWeightDraws(Seed, 6, 9));
        Assert.Equal(At(6, 0, 0, 3), RandomStreams.HiddenOutputDraws(Seed, 6));
        Assert.Equal(At(0, 0, 0, 4), RandomStreams.OutputBiasDraw(Seed));
        Assert.Equal(At(6, 0, 0, 5), RandomStreams.SubsetDraw(Seed, 6));
    }

    /// <summary>For one key Philox is a bijection, so blocks are distinct exactly when their counters are.</summary>
    [Fact]
    public void Streams_never_share_a_counter()
    {
        var blocks = new List<WordQuad> { RandomStreams.OutputBiasDraw(Seed) };
        foreach (uint index in Indices)
        {
            blocks.Add(RandomStreams.HiddenOutputDraws(Seed, index));
            blocks.Add(RandomStreams.SubsetDraw(Seed, index));
            foreach (uint block in Indices)
            {
                blocks.Add(RandomStreams.HiddenWeightDraws(Seed, index, block));
                foreach (ulong step in LongIndices)
                    blocks.Add(RandomStreams.HeldOutWord(Seed, step, index, block));
            }
        }

        foreach (ulong word in LongIndices)
        {
            foreach (uint block in Indices)
            {
                blocks.Add(RandomStreams.SampleWord(Seed, word, block));
                blocks.Add(RandomStreams.MixtureLevels(Seed, word, block));
                for (int level = 1; level < 32; level++)
                    blocks.Add(RandomStreams.InputLevel(Seed, word, block, level));
            }
        }

        Assert.Equal(blocks.Count, blocks.Distinct().Count());
    }

    [Fact]
    public void Both_halves_of_the_seed_count()
    {
        ulong[] seeds = [0, 1, 1UL << 31, 1UL << 32, 1UL << 62, (1UL << 32) | 1];

        Assert.Equal(seeds.Length, seeds.Select(seed => RandomStreams.SampleWord(seed, 0, 0)).Distinct().Count());
    }

    private static WordQuad At(uint c0, uint c1, uint c2, uint c3) =>
        Philox.Generate(c0, c1, c2, c3, 0x89abcdef, 0x01234567);
}
