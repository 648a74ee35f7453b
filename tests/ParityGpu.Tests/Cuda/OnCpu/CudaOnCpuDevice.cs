using ParityGpu.Devices;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Cuda;

/// <summary>
/// The product's cuda:0 on <see cref="CudaOnCpu"/>, twice: kernels of the second are compiled with contraction. Tests take turns
/// with both, and with thread orders and with what memory holds before it is written.
/// </summary>
public sealed class CudaOnCpuDevice : IDisposable
{
    private static readonly string[] Fillings = ["0", "205", "255"];

    private readonly Device[] devices = [Open(), Open()];
    private int tests;

    /// <summary>The device for one test, with the next settings, which go to its output.</summary>
    public Device Next(ITestOutputHelper output)
    {
        Assert.Empty(CudaOnCpuDriver.Report());
        int contraction = tests % 2;
        int order = tests / 2 % 4;
        string filling = Fillings[tests % 3];
        tests++;
        CudaOnCpuDriver.Set("CONTRACT", $"{contraction}");
        CudaOnCpuDriver.Set("ORDER", $"{order}");
        CudaOnCpuDriver.Set("FILL", filling);
        output.WriteLine($"CUDA_ON_CPU_CONTRACT={contraction} CUDA_ON_CPU_ORDER={order} CUDA_ON_CPU_FILL={filling}");
        return devices[contraction];
    }

    public void Dispose()
    {
        foreach (Device device in devices)
            device.Dispose();
    }

    private static Device Open()
    {
        CudaOnCpuDriver.SetHere("DEVICES", "1");
        try
        {
            return DeviceCatalog.Open("cuda:0", null);
        }
        finally
        {
            CudaOnCpuDriver.SetHere("DEVICES", null);
        }
    }
}
