using ParityGpu.Tests.Cuda;
using ParityGpu.Tests.Kernels;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("ParityGpu.Tests.LongestFirst", "ParityGpu.Tests")]

namespace ParityGpu.Tests;

/// <summary>
/// Begins with the collections whose tests run one after the other for minutes, so that none of them is alone on a core at the end: OpenCL, whose compiler takes most of its
/// time, and CUDA.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [PoclTests.Name, CudaOnCpuTests.Name, $"Test collection for {typeof(CudaVerifyTests).FullName}"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => (uint)Array.IndexOf(Long, collection.DisplayName));
}
