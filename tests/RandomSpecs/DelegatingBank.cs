using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>A bank that passes everything on to another one, but for what is overridden.</summary>
/// <param name="bank">The other one, disposed with this.</param>
public abstract class DelegatingBank(IRunBank bank) : IRunBank
{
    /// <inheritdoc/>
    public int Slots => bank.Slots;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<RunState> States => bank.States;

    /// <inheritdoc/>
    public void Load(int slot, Point point, long seed) => bank.Load(slot, point, seed);

    /// <inheritdoc/>
    public void Load(int slot, Point point, RunSnapshot snapshot) => bank.Load(slot, point, snapshot);

    /// <inheritdoc/>
    public (float[] Floats, uint[] Data, RunState State) Save(int slot) => bank.Save(slot);

    /// <inheritdoc/>
    public void StopAt(int slot, long steps) => bank.StopAt(slot, steps);

    /// <inheritdoc/>
    public void Clear(int slot) => bank.Clear(slot);

    /// <inheritdoc/>
    public virtual void Begin(int steps) => bank.Begin(steps);

    /// <inheritdoc/>
    public virtual TimeSpan Finish() => bank.Finish();

    /// <inheritdoc/>
    public RunMeasure[] Measure(int[] wanted) => bank.Measure(wanted);

    /// <inheritdoc/>
    public float[] TaskLosses(int slot) => bank.TaskLosses(slot);

    public void Dispose()
    {
        bank.Dispose();
        GC.SuppressFinalize(this);
    }
}
