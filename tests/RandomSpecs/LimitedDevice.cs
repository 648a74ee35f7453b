using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

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
internal sealed class LimitedDevice(IRunDevice device, LaunchLimits limits) : DelegatingDevice(device)
{
    public override int RunsAtOnce(BankShape shape) => Math.Min(limits.Slots, base.RunsAtOnce(shape));

    public override IRunBank? CreateBank(BankShape shape, long runs) =>
        base.CreateBank(shape, Math.Min(limits.Slots, runs)) is { } bank ? new Bank(bank, limits.Steps) : null;

    private sealed class Bank(IRunBank bank, int longest) : DelegatingBank(bank)
    {
        public override void Begin(int steps) => base.Begin(Math.Min(steps, longest));
    }
}
