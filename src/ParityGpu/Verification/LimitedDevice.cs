using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Verification;

/// <summary>How a device is used, which must make no difference to any run.</summary>
/// <param name="Slots">Most slots of a bank.</param>
/// <param name="Steps">Most steps of a launch.</param>
public sealed record LaunchLimits(int Slots, int Steps)
{
    /// <summary>As the product uses it.</summary>
    public static LaunchLimits None { get; } = new(int.MaxValue, int.MaxValue);

    /// <summary>Often none, otherwise few slots, short launches or both.</summary>
    public static LaunchLimits Draw(Random random) =>
        new(random.Next(2) == 0 ? int.MaxValue : random.Next(1, 6), random.Next(2) == 0 ? int.MaxValue : random.Next(1, 30));
}

/// <summary>A device with fewer slots or shorter launches than it could have.</summary>
internal sealed class LimitedDevice(IRunDevice device, LaunchLimits limits) : IRunDevice
{
    public string Name => device.Name;

    public bool FinishedRunsIdle => device.FinishedRunsIdle;

    public int RunsAtOnce(BankShape shape) => Math.Min(limits.Slots, device.RunsAtOnce(shape));

    public IRunBank? CreateBank(BankShape shape, long runs) =>
        device.CreateBank(shape, Math.Min(limits.Slots, runs)) is { } bank ? new Bank(bank, limits.Steps) : null;

    private sealed class Bank(IRunBank bank, int longest) : IRunBank
    {
        public int Slots => bank.Slots;

        public ReadOnlySpan<RunState> States => bank.States;

        public void Load(int slot, Point point, long seed) => bank.Load(slot, point, seed);

        public void Load(int slot, Point point, RunSnapshot snapshot) => bank.Load(slot, point, snapshot);

        public (float[] Floats, uint[] Data, RunState State) Save(int slot) => bank.Save(slot);

        public void StopAt(int slot, long steps) => bank.StopAt(slot, steps);

        public void Clear(int slot) => bank.Clear(slot);

        public void Begin(int steps) => bank.Begin(Math.Min(steps, longest));

        public TimeSpan Finish() => bank.Finish();

        public RunMeasure[] Measure(int[] wanted) => bank.Measure(wanted);

        public void Dispose() => bank.Dispose();
    }
}
