using Xunit.Abstractions;
using Xunit.Sdk;

namespace ParityGpu.Tests.Cuda;

/// <summary>Finds the tests of <see cref="DeviceTheoryAttribute"/>.</summary>
public sealed class DeviceTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        DeviceSkip.Case(DiagnosticMessageSink, discoveryOptions, testMethod) is { } skipped
            ? [skipped]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
