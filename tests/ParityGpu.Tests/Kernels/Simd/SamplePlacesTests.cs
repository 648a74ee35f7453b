using ParityGpu.Kernels;
using ParityGpu.Kernels.Simd;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>Bytes of samples against their bits, one by one.</summary>
public sealed unsafe class SamplePlacesTests
{
    private const int Groups = 5;

    [Fact]
    public void A_byte_says_which_inputs_differ_from_the_last()
    {
        uint[] inputs = Inputs();
        var places = new sbyte[Groups * Canon.WordSamples];
        fixed (uint* words = inputs)
        fixed (sbyte* bytes = places)
            SamplePlaces.OfWord(bytes, words, Groups);

        for (int group = 0; group < Groups; group++)
        {
            for (int sample = 0; sample < Canon.WordSamples; sample++)
            {
                int last = Bit(inputs, group, 3, sample);
                int expected = (last * 0x88) | (Bit(inputs, group, 0, sample) ^ last)
                    | ((Bit(inputs, group, 1, sample) ^ last) << 1) | ((Bit(inputs, group, 2, sample) ^ last) << 2);
                Assert.Equal((sbyte)expected, places[(group * Canon.WordSamples) + sample]);
            }
        }
    }

    [Fact]
    public void An_offset_is_the_place_of_four_inputs_in_their_table()
    {
        uint[] inputs = Inputs();
        const int Tiles = Canon.WordSamples / TableOffsets.TileSamples;
        var offsets = new ulong[Tiles * Groups];
        fixed (uint* words = inputs)
        fixed (ulong* places = offsets)
            TableOffsets.Compute(places, words, inputs.Length, Tiles, Groups);

        for (int group = 0; group < Groups; group++)
        {
            for (int sample = 0; sample < Canon.WordSamples; sample++)
            {
                int entry = Enumerable.Range(0, Canon.Group).Sum(q => Bit(inputs, group, q, sample) << q);
                ulong tile = offsets[(sample / TableOffsets.TileSamples * Groups) + group];
                Assert.Equal((byte)(entry * TableOffsets.EntryUnits), (byte)(tile >> (8 * (sample % TableOffsets.TileSamples))));
            }
        }
    }

    private static uint[] Inputs()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Groups * Canon.Group).Select(_ => (uint)random.NextInt64(1L << 32))];
    }

    private static int Bit(uint[] inputs, int group, int q, int sample) => (int)((inputs[(group * Canon.Group) + q] >> sample) & 1);
}
