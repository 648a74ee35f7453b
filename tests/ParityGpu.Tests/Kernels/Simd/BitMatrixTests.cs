using ParityGpu.Kernels.Simd;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>The transposed matrix bit by bit.</summary>
public sealed unsafe class BitMatrixTests
{
    [Fact]
    public void Rows_become_columns()
    {
        var random = new Random(5);
        uint[] source = [.. Enumerable.Range(0, 32).Select(_ => (uint)random.NextInt64(1L << 32))];
        uint[] found = new uint[32];
        fixed (uint* from = source)
        fixed (uint* to = found)
            BitMatrix.Transpose(from, to);

        Assert.Equal(
            Enumerable.Range(0, 32).Select(i => Enumerable.Range(0, 32).Aggregate(0u, (word, s) => word | (((source[s] >> i) & 1) << s))), found);
    }
}
