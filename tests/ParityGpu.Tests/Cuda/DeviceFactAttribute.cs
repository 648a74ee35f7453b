using Xunit;
using Xunit.Sdk;

namespace ParityGpu.Tests.Cuda;

/// <summary>A test that needs the device of its class's collection: skipped where it is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("ParityGpu.Tests.Cuda.DeviceFactDiscoverer", "ParityGpu.Tests")]
public sealed class DeviceFactAttribute : FactAttribute;
