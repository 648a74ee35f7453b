using ParityGpu.Tests.Kernels;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ParityGpu.Tests.Cuda;

/// <summary>Tests that are skipped because the device of their collection is missing.</summary>
internal static class DeviceSkip
{
    /// <summary>The skipped test, or null where the device is there.</summary>
    public static IXunitTestCase? Case(IMessageSink sink, ITestFrameworkDiscoveryOptions options, ITestMethod method)
    {
        var collection = method.TestClass.Class.GetCustomAttributes(typeof(CollectionAttribute)).SingleOrDefault()
            ?? throw new InvalidOperationException($"{method.TestClass.Class.Name} belongs to no device's collection");
        string? reason = (string)collection.GetConstructorArguments().Single() switch
        {
            PoclTests.Name => PoclDevice.MissingReason,
            CudaOnCpuTests.Name => CudaOnCpuDriver.MissingReason,
            string other => throw new InvalidOperationException($"collection {other} has no device"),
        };
        return reason is null
            ? null
            : new XunitSkippedDataRowTestCase(
                sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason);
    }
}
