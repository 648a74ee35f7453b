using ParityGpu.Devices;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Every run exactly once, whatever the sweep, what is done already, and when it is stopped.</summary>
public sealed class SweepRunnerTests : IDisposable
{
    private const int Sweeps = 50;

    private readonly Device device = DeviceCatalog.OpenCpu(2);

    public void Dispose() => device.Dispose();

    [Fact]
    public void Random_sweeps_give_the_canon_s_record_of_every_run_once()
    {
        var random = new Random(1);
        var outcomes = new HashSet<Outcome>();
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            var spec = RandomSweeps.Draw(random);
            var records = RecordList.Of(spec, device);
            Assert.Equal(RandomSweeps.Expected(spec), records);
            outcomes.UnionWith(records.Select(record => record.Outcome));
        }

        Assert.Equal(Enum.GetValues<Outcome>().Length, outcomes.Count);
    }

    [Fact]
    public void What_is_done_is_not_trained_again()
    {
        var random = new Random(2);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            var spec = RandomSweeps.Draw(random);
            var all = RandomSweeps.Expected(spec);
            var done = all.Where(_ => random.Next(3) > 0).Select(record => (record.Point, record.Seed)).ToHashSet();
            var rest = new RecordList();
            var seen = Run(spec, (point, seed) => done.Contains((point, seed)), rest);

            Assert.Equal(all.Where(record => !done.Contains((record.Point, record.Seed))), rest.Sorted);
            AssertConsistent(seen, spec, done.Count);
        }
    }

    [Fact]
    public void A_sweep_that_is_all_done_says_so()
    {
        var spec = new SweepSpec { N = [5], Width = [2, 20], Seeds = 7 };
        var seen = Run(spec, (_, _) => true, new RecordList());

        AssertConsistent(seen, spec, spec.Runs);
    }

    [Fact]
    public void A_shape_that_is_done_counts_although_nothing_is_launched_for_it()
    {
        var spec = new SweepSpec { N = [5], K = [2], Width = [2, 20], Seeds = 7, MaxSteps = 3 };
        var seen = Run(spec, (point, _) => point == 1, new RecordList());

        AssertConsistent(seen, spec, doneBefore: 7);
    }

    [Fact]
    public void Cancelled_it_keeps_what_is_finished_and_the_rest_completes_it()
    {
        var random = new Random(3);
        int partial = 0;
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            var spec = RandomSweeps.Draw(random);
            var all = RandomSweeps.Expected(spec);
            var records = new RecordList();
            using var cancellation = new CancellationTokenSource();
            int launches = random.Next(3);
            if (launches == 0)
                cancellation.Cancel();

            try
            {
                SweepRunner.Run(spec, device, (_, _) => false, records, _ => CountDown(), cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                partial++;
                Assert.NotEqual(all.Length, records.Sorted.Length);
            }

            var done = records.Sorted.Select(record => (record.Point, record.Seed)).ToHashSet();
            SweepRunner.Run(
                spec, device, (point, seed) => done.Contains((point, seed)), records, _ => { }, CancellationToken.None);
            Assert.Equal(all, records.Sorted);

            void CountDown()
            {
                if (--launches == 0)
                    cancellation.Cancel();
            }
        }

        Assert.InRange(partial, Sweeps / 2, Sweeps);
    }

    [Fact]
    public void Cancelled_between_launches_it_has_written_the_launch_before()
    {
        var spec = new SweepSpec { N = [5], K = [2], Width = [2, 20], Seeds = 5000, MaxSteps = 30 };
        var records = new RecordList();
        using var cancellation = new CancellationTokenSource();
        long reported = 0;
        Assert.Throws<OperationCanceledException>(() => SweepRunner.Run(
            spec,
            device,
            (_, _) => false,
            records,
            progress =>
            {
                reported = progress.Done;
                if (reported > 1000)
                    cancellation.Cancel();
            },
            cancellation.Token));

        Assert.InRange(reported, 1000, spec.Runs - 1);
        Assert.Equal(reported, records.Sorted.Length);
        Assert.Equal(reported, records.Sorted.Distinct().Count());
    }

    [Fact]
    public void The_time_left_of_the_longest_sweep_does_not_overflow()
    {
        var spec = SpecValidation.Validate(
            new SweepSpec { N = [1], K = [1], Width = [20_000], Seeds = SpecValidation.MaxRuns, MaxSteps = 1 });
        using var cancellation = new CancellationTokenSource();
        TimeSpan? remaining = null;
        Assert.Throws<OperationCanceledException>(() => SweepRunner.Run(
            spec, device, SlowAtFirst, new RecordList(), Stop, cancellation.Token));

        Assert.True(remaining is null || remaining > TimeSpan.FromDays(365));

        static bool SlowAtFirst(int point, long seed)
        {
            // A few runs in this time, and 2^50 of them to go: more than a TimeSpan holds.
            if (seed == 0)
                Thread.Sleep(50);

            return false;
        }

        void Stop(SweepProgress progress)
        {
            remaining = progress.Remaining;
            cancellation.Cancel();
        }
    }

    [Fact]
    public void Progress_adds_up()
    {
        var random = new Random(4);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            var spec = RandomSweeps.Draw(random);
            var records = new RecordList();
            var seen = Run(spec, (_, _) => false, records);

            AssertConsistent(seen, spec, doneBefore: 0);
            Assert.Equal(records.Sorted.Count(record => record.Outcome == Outcome.Solved), seen[^1].Solved);
            Assert.Equal(records.Sorted.Sum(record => record.Steps), seen[^1].SeedSteps);
        }
    }

    private List<SweepProgress> Run(SweepSpec spec, Func<int, long, bool> isDone, RecordList records)
    {
        var seen = new List<SweepProgress>();
        SweepRunner.Run(spec, device, isDone, records, seen.Add, CancellationToken.None);
        return seen;
    }

    private static void AssertConsistent(List<SweepProgress> seen, SweepSpec spec, long doneBefore)
    {
        SweepProgress? before = null;
        foreach (var progress in seen)
        {
            Assert.Equal(spec.Runs, progress.Runs);
            Assert.InRange(progress.Done, before?.Done ?? 0, spec.Runs);
            Assert.InRange(progress.Solved, before?.Solved ?? 0, progress.Done);
            Assert.InRange(progress.SeedSteps, before?.SeedSteps ?? 0, spec.Runs * spec.MaxSteps);
            Assert.InRange(progress.Elapsed, before?.Elapsed ?? TimeSpan.Zero, TimeSpan.MaxValue);
            Assert.True(double.IsFinite(progress.SeedStepsPerSecond) && progress.SeedStepsPerSecond >= 0);
            if (progress.Remaining is { } remaining)
                Assert.InRange(remaining, TimeSpan.Zero, TimeSpan.MaxValue);

            before = progress;
        }

        Assert.NotNull(before);
        Assert.Equal(spec.Runs, before.Done);
        Assert.InRange(before.Solved, 0, spec.Runs - doneBefore);
        Assert.True(before.Remaining is null || before.Remaining == TimeSpan.Zero);
    }
}
