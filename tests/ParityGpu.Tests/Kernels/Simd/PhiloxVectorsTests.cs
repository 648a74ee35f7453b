using ParityGpu.Kernels;
using ParityGpu.Kernels.Simd;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>Entries drawn together against the scalar generator: numbers that carry into the second counter word, last registers shared and not.</summary>
public sealed unsafe class PhiloxVectorsTests
{
    private const ulong Key = 0x0123456789ABCDEF;
    private const uint Stream = 7;
    private const int Stride = 4 * 24;

    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int>();
            for (int blocks = 1; blocks <= 17; blocks++)
            {
                foreach (int count in (int[])[1, 2, 3, 4, 9])
                    shapes.Add(blocks, count);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Entries_drawn_together_are_those_drawn_alone(int blocks, int count)
    {
        const ulong First = 0x2_FFFF_FFFE;
        uint[] words = new uint[count * Stride];
        fixed (uint* at = words)
            PhiloxVectors.Fill(at, Stride, count, blocks, First, Stream, Key);

        for (int k = 0; k < count; k++)
        {
            ulong entry = First + (ulong)k;
            for (int block = 0; block < blocks; block++)
            {
                var expected = Philox.Generate((uint)entry, (uint)(entry >> 32), (uint)block, Stream, unchecked((uint)Key), (uint)(Key >> 32));
                uint[] found = words[((k * Stride) + (4 * block))..][..4];
                Assert.Equal([expected.W0, expected.W1, expected.W2, expected.W3], found);
            }
        }
    }
}
