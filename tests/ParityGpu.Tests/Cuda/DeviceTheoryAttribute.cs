using Xunit;
using Xunit.Sdk;

namespace ParityGpu.Tests.Cuda;

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("ParityGpu.Tests.Cuda.DeviceTheoryDiscoverer", "ParityGpu.Tests")]
public sealed class DeviceTheoryAttribute : TheoryAttribute;
