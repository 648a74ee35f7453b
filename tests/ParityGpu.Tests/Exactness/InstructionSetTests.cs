using ParityGpu.Devices;
using ParityGpu.Specs;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Exactness;

/// <summary>The same records whichever vectors the CPU has.</summary>
public sealed class InstructionSetTests(InstructionSetTests.Expected expected) : IClassFixture<InstructionSetTests.Expected>
{
    [Fact]
    public void All_vectors_one_thread() => AssertSame(null, threads: 1);

    [WideVectorsFact(16)]
    public void Without_avx512()
    {
        Assert.EndsWith("256-bit vectors", ChildSweep.CpuDescription("DOTNET_EnableAVX512"), StringComparison.Ordinal);
        AssertSame("DOTNET_EnableAVX512", threads: 2);
    }

    [WideVectorsFact(8)]
    public void Without_matrices_of_bits() => AssertSame("DOTNET_EnableGFNI", threads: 2);

    [WideVectorsFact(8)]
    public void Without_avx2()
    {
        Assert.EndsWith("128-bit vectors", ChildSweep.CpuDescription("DOTNET_EnableAVX2"), StringComparison.Ordinal);
        AssertSame("DOTNET_EnableAVX2", threads: 2);
    }

    [WideVectorsFact(4)]
    public void Without_vectors()
    {
        Assert.EndsWith("no vectors", ChildSweep.CpuDescription("DOTNET_EnableHWIntrinsic"), StringComparison.Ordinal);
        AssertSame("DOTNET_EnableHWIntrinsic", threads: 2);
    }

    private void AssertSame(string? disabled, int threads)
    {
        Assert.Equal(expected.Mixed, ChildSweep.Train(disabled, ExactnessSweep.Mixed, threads));
        Assert.Equal(expected.Main, ChildSweep.Train(disabled, ExactnessSweep.Main, threads));
    }

    /// <summary>The records of this process, with the widest vectors.</summary>
    public sealed class Expected
    {
        public Expected()
        {
            using var device = DeviceCatalog.OpenCpu(2);
            Mixed = RecordList.Of(ExactnessSweep.Mixed, device);
            Main = RecordList.Of(ExactnessSweep.Main, device);
            Assert.All(Enum.GetValues<Outcome>(), outcome => Assert.Contains(Mixed, record => record.Outcome == outcome));
            Assert.Contains(Main, record => record.Outcome == Outcome.Solved);
        }

        public RunRecord[] Mixed { get; }

        public RunRecord[] Main { get; }
    }
}
