using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Exactness;

/// <summary>The same records for any number of slots, steps per launch and threads.</summary>
public sealed class LaunchShapeTests : IDisposable
{
    private static readonly SweepSpec Spec = ExactnessSweep.Mixed with { N = [5], Width = [16, 33], Batch = [1, 24, 33] };

    private readonly Device device = DeviceCatalog.OpenCpu(2);

    public void Dispose() => device.Dispose();

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1, 7)]
    [InlineData(3, 1)]
    [InlineData(50, 1)]
    [InlineData(50, 13)]
    [InlineData(1000, 1000)]
    public void Slots_and_steps_per_launch_make_no_difference(int slots, int steps)
    {
        var expected = RandomSweeps.Expected(Spec);
        var found = new List<RunRecord>();
        foreach (var shape in Spec.Points().Index().GroupBy(point => (point.Item.Width, point.Item.Batch)))
        {
            var runs = new Queue<(int Index, Point Point, long Seed)>(
                from point in shape
                from seed in Enumerable.Range(0, (int)Spec.Seeds)
                select (point.Index, point.Item, Spec.FirstSeed + seed));
            Train(runs, slots, steps, found);
        }

        Assert.Equal(expected, RecordList.Sort(found));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Threads_make_no_difference(int threads)
    {
        using var other = DeviceCatalog.OpenCpu(threads);
        Assert.Equal(RandomSweeps.Expected(Spec), RecordList.Of(Spec, other));
    }

    private void Train(Queue<(int Index, Point Point, long Seed)> runs, int slots, int steps, List<RunRecord> found)
    {
        using var bank = new SlotBank(device, BankShape.Of(runs.Peek().Point) with { Degree = Spec.K.Max() }, slots);
        var loaded = new (int Index, Point Point, long Seed)?[slots];
        do
        {
            for (int slot = 0; slot < slots; slot++)
            {
                if (loaded[slot] is null && runs.TryDequeue(out var next))
                {
                    loaded[slot] = next;
                    bank.Load(slot, next.Point, next.Seed);
                }
            }

            bank.Launch(steps);
            for (int slot = 0; slot < slots; slot++)
            {
                if (loaded[slot] is { } run && bank.States[slot].Status != (int)RunStatus.Running)
                {
                    found.Add(RandomSweeps.Record(run.Index, run.Seed, run.Point, bank.States[slot]));
                    loaded[slot] = null;
                    bank.Clear(slot);
                }
            }
        }
        while (runs.Count > 0 || loaded.Any(run => run is not null));
    }
}
