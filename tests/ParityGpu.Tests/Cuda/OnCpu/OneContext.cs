using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>A context of its own, current on this thread.</summary>
internal sealed class OneContext : IDisposable
{
    private readonly nint context;
    private readonly bool isClean;
    private readonly nint previous;

    /// <summary>Creates it; when it is destroyed, the report of its leaks is thrown away unless <paramref name="isClean"/>.</summary>
    public OneContext(bool isClean = false)
    {
        this.isClean = isClean;
        Assert.Equal(0, CudaApi.GetCurrentContext(out previous));
        CudaOnCpuDriver.SetHere("DEVICES", "1");
        int error = CudaApi.CreateContext(out context, 0, 0);
        CudaOnCpuDriver.SetHere("DEVICES", null);
        Assert.Equal(0, error);
    }

    public static nint Allocate(int bytes)
    {
        Assert.Equal(0, CudaApi.Allocate(out nint pointer, (nuint)bytes));
        return pointer;
    }

    public void Dispose()
    {
        Assert.Equal(0, CudaApi.DestroyContext(context));
        Assert.Equal(0, CudaApi.SetCurrentContext(previous)); // ILGPU remembers what it has made current
        if (!isClean)
            _ = CudaOnCpuDriver.Report();
    }
}
