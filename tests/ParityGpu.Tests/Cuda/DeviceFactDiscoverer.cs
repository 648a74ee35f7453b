using Xunit.Abstractions;
using Xunit.Sdk;

namespace ParityGpu.Tests.Cuda;

/// <summary>Finds the tests of <see cref="DeviceFactAttribute"/>.</summary>
public sealed class DeviceFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        DeviceSkip.Case(DiagnosticMessageSink, discoveryOptions, testMethod) is { } skipped
            ? [skipped]
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}
