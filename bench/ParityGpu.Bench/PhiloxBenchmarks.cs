using BenchmarkDotNet.Attributes;
using ParityGpu.Kernels;
using Simd = ParityGpu.Kernels.Simd;

namespace ParityGpu.Bench;

/// <summary>Random words for 32 samples of n inputs.</summary>
public unsafe class PhiloxBenchmarks
{
    private const int Words = 1024;
    private const ulong Seed = 1;

    private readonly uint[] inputs = GC.AllocateArray<uint>(128, pinned: true);

    /// <summary>Inputs n, a word each.</summary>
    [Params(10, 50, 100)]
    public int Inputs { get; set; }

    /// <summary>Four words a call.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Words)]
    public uint Scalar()
    {
        uint sum = 0;
        int groups = Canon.Groups(Inputs);
        for (uint word = 0; word < Words; word++)
        {
            for (uint group = 0; group < groups; group++)
            {
                var block = RandomStreams.SampleWord(Seed, word, group);
                sum ^= block.W0 ^ block.W1 ^ block.W2 ^ block.W3;
            }
        }

        return sum;
    }

    /// <summary>The widest vectors of this CPU.</summary>
    [Benchmark(OperationsPerInvoke = Words)]
    public uint Vectors()
    {
        uint sum = 0;
        int groups = Canon.Groups(Inputs);
        fixed (uint* destination = inputs)
        {
            for (uint word = 0; word < Words; word++)
            {
                Simd.PhiloxVectors.Fill(destination, groups, word, RandomStreams.SampleStream(), Seed);
                sum ^= destination[0];
            }
        }

        return sum;
    }
}
