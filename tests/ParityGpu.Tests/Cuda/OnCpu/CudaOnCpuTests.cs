using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>The tests that share the driver of this process, which also keeps them from running beside each other.</summary>
[CollectionDefinition(Name)]
public sealed class CudaOnCpuTests : ICollectionFixture<CudaOnCpuDevice>
{
    public const string Name = "CUDA on CPU";
}
