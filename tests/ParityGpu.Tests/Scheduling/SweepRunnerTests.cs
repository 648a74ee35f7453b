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
            var done = SetOf(all.Where(_ => random.Next(3) > 0));
            var rest = new RecordList();
            var seen = Run(spec, done, rest);

            Assert.Equal(all.Where(record => !done.Contains(record.Point, record.Seed)), rest.Sorted);
            AssertConsistent(seen, spec, done.Count);
        }
    }

    [Fact]
    public void A_sweep_that_is_all_done_says_so()
    {
        var spec = new SweepSpec { N = [5], K = [2], Width = [2, 20], Seeds = 7, MaxSteps = 3 };
        var records = new RecordList();
        var seen = Run(spec, SetOf(RecordList.Of(spec, device)), records);

        Assert.Empty(records.Sorted);
        AssertConsistent(seen, spec, spec.Runs);
    }

    [Fact]
    public void A_shape_that_is_done_counts_from_the_start()
    {
        var spec = new SweepSpec { N = [5], K = [2], Width = [2, 20], Seeds = 7, MaxSteps = 3 };
        var done = SetOf(RecordList.Of(spec, device).Where(record => record.Point == 1));
        var seen = Run(spec, done, new RecordList());

        Assert.InRange(seen[0].Done, 7, 14);
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
                SweepRunner.Run(spec, device, new RunSet(), records, _ => CountDown(), cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                partial++;
                Assert.NotEqual(all.Length, records.Sorted.Length);
            }

            SweepRunner.Run(spec, device, SetOf(records.Sorted), records, _ => { }, CancellationToken.None);
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
            new RunSet(),
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
    public void The_longest_sweep_starts_at_once_and_its_time_left_is_a_time_or_unknown()
    {
        // Too many runs to look at each beforehand; and a few of them in any time mean more time than a TimeSpan holds.
        var spec = SpecValidation.Validate(
            new SweepSpec { N = [1], K = [1], Width = [50_000], Seeds = SpecValidation.MaxRuns, MaxSteps = 1 });
        using var cancellation = new CancellationTokenSource();
        TimeSpan? remaining = null;
        Assert.Throws<OperationCanceledException>(() => SweepRunner.Run(
            spec,
            device,
            new RunSet(),
            new RecordList(),
            progress =>
            {
                remaining = progress.Remaining;
                cancellation.Cancel();
            },
            cancellation.Token));

        Assert.True(remaining is null || remaining > TimeSpan.FromDays(365));
    }

    [Fact]
    public void Progress_adds_up()
    {
        var random = new Random(4);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            var spec = RandomSweeps.Draw(random);
            var records = new RecordList();
            var seen = Run(spec, new RunSet(), records);

            AssertConsistent(seen, spec, doneBefore: 0);
            Assert.Equal(records.Sorted.Count(record => record.Outcome == Outcome.Solved), seen[^1].Solved);
            Assert.Equal(records.Sorted.Sum(record => record.Steps), seen[^1].SeedSteps);
        }
    }

    private List<SweepProgress> Run(SweepSpec spec, RunSet done, RecordList records)
    {
        var seen = new List<SweepProgress>();
        SweepRunner.Run(spec, device, done, records, seen.Add, CancellationToken.None);
        return seen;
    }

    private static RunSet SetOf(IEnumerable<RunRecord> records)
    {
        var set = new RunSet();
        foreach (var record in records)
            Assert.True(set.Add(record.Point, record.Seed));

        return set;
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
