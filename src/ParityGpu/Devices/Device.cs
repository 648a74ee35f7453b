namespace ParityGpu.Devices;

/// <summary>An opened device.</summary>
public sealed class Device : IDisposable
{
    /// <summary>Name as <c>--device</c> takes it.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>The maker's name of the device.</summary>
    public string Description => throw new NotImplementedException();

    /// <summary>CPU threads used; 0 on a GPU.</summary>
    public int Threads => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
