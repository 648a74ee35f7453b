using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>A device that passes everything on to another one, but for what is overridden.</summary>
/// <param name="device">The other one.</param>
public abstract class DelegatingDevice(IRunDevice device) : IRunDevice
{
    /// <inheritdoc/>
    public string Name => device.Name;

    /// <inheritdoc/>
    public bool FinishedRunsIdle => device.FinishedRunsIdle;

    /// <inheritdoc/>
    public virtual int RunsAtOnce(BankShape shape) => device.RunsAtOnce(shape);

    /// <inheritdoc/>
    public virtual IRunBank? CreateBank(BankShape shape, long runs) => device.CreateBank(shape, runs);

    /// <inheritdoc/>
    public Exception Detailed(Exception failure) => device.Detailed(failure);
}
