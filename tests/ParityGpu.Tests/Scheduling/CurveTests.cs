using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Curves have their points at exactly the steps the sweep asks for, and change nothing in the runs.</summary>
public sealed class CurveTests
{
    private static readonly Init[] CountedInits = [Init.XavierUniform, Init.KaimingNormal, Init.Sign, Init.Torch];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Points_are_at_the_asked_steps_and_the_records_are_those_without_curves(int threads)
    {
        using Device device = DeviceCatalog.OpenCpu(threads);
        var random = new Random(threads);
        foreach (string text in new[] { "1", "7", "1000", "log:1", "log:5" })
        {
            for (int sweep = 0; sweep < 5; sweep++)
            {
                SweepSpec spec = RandomSweeps.Draw(random) with
                {
                    Init = [random.GetItems(CountedInits, 1)[0]],
                    Curve = CurveSteps.TryParse(text)!,
                };
                FinishedRun[] runs = Run(spec, device);

                Assert.Equal(RandomSweeps.Expected(spec), runs.Select(run => run.Record));
                Assert.All(runs, run => Assert.Equal(
                    StepsOf(spec.Curve, run.Record.Steps), run.Curve!.Points.Select(point => point.Step)));
                Assert.All(runs, run => Assert.All(run.Curve!.Points, point => Assert.True(float.IsNaN(point.Gap))));
            }
        }
    }

    [Fact]
    public void Long_runs_among_short_ones_keep_their_steps()
    {
        // Many more runs than slots: slots are refilled while others are between two points.
        using Device device = DeviceCatalog.OpenCpu(2);
        var spec = new SweepSpec
        {
            N = [10],
            K = [2],
            Width = [20],
            Lr = [0.02, 0.5],
            Seeds = 2000,
            MaxSteps = 150,
            TestSamples = 256,
            Curve = CurveSteps.Logarithmic(3),
        };
        FinishedRun[] runs = Run(spec, device);

        Assert.Equal(RecordList.Of(spec with { Curve = CurveSteps.None }, device), runs.Select(run => run.Record));
        Assert.All(runs, run => Assert.Equal(
            StepsOf(spec.Curve, run.Record.Steps), run.Curve!.Points.Select(point => point.Step)));
        Assert.True(runs.Max(run => run.Record.Steps) > 4 * runs.Min(run => run.Record.Steps));
    }

    [Fact]
    public void Stopped_and_gone_on_with_a_log_has_every_run_with_its_curve_once()
    {
        using Device device = DeviceCatalog.OpenCpu(2);
        using var folder = new TemporaryFolder();
        var spec = new SweepSpec
        {
            N = [10],
            K = [2],
            Width = [20],
            Lr = [0.1, 0.5],
            Seeds = 200,
            MaxSteps = 150,
            TestSamples = 256,
            Curve = CurveSteps.Every(10),
        };
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        using (var cancellation = new CancellationTokenSource())
        {
            log.Start("cpu");
            Assert.Throws<OperationCanceledException>(() => SweepRunner.Run(
                spec, device, new RunSet(), log, progress => CancelAfterSome(progress, cancellation), cancellation.Token));
        }

        using (RunLogWriter log = RunLogWriter.Resume(folder["log"], spec))
        {
            Assert.InRange(log.Done.Count, 1, spec.Runs - 1);
            log.Start("cpu");
            SweepRunner.Run(spec, device, log.Done, log, _ => { }, CancellationToken.None);
        }

        var records = new List<RunRecord>();
        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        while (reader.Read())
        {
            if (reader.Kind != LogMessageKind.Run)
                continue;

            records.Add(reader.Run);
            Assert.Equal(StepsOf(spec.Curve, reader.Run.Steps), reader.Curve!.Points.Select(point => point.Step));
        }

        Assert.Equal(RecordList.Of(spec with { Curve = CurveSteps.None }, device), RecordList.Sort(records));
    }

    [Fact]
    public void Every_point_is_told_as_it_comes_and_again_with_its_run()
    {
        using Device device = DeviceCatalog.OpenCpu(2);
        var spec = new SweepSpec { N = [10], K = [2], Width = [5, 20], Seeds = 9, MaxSteps = 60, Curve = CurveSteps.Every(8), CurveGap = true };
        var told = new List<(int Point, long Seed, CurvePoint At)>();
        var list = new RecordList();
        SweepRunner.Run(
            spec, device, new RunSet(), list, _ => { }, CancellationToken.None, (point, seed, at) => told.Add((point, seed, at)));

        foreach (FinishedRun run in list.SortedRuns)
        {
            Assert.True(run.Curve!.HasGap);
            Assert.Equal(
                run.Curve.Points.AsEnumerable(),
                told.Where(entry => (entry.Point, entry.Seed) == (run.Record.Point, run.Record.Seed)).Select(entry => entry.At));
        }

        Assert.Equal(told.Count, list.SortedRuns.Sum(run => run.Curve!.Points.Length));
    }

    [Theory]
    [InlineData(Model.Mlp, Activation.Sin)]
    [InlineData(Model.Deep, Activation.Relu)]
    public void The_gap_is_of_the_first_layer_even_where_it_is_not_trained(Model model, Activation activation)
    {
        using Device device = DeviceCatalog.OpenCpu(1);
        var spec = new SweepSpec
        {
            Model = [model],
            Activation = [activation],
            N = [9],
            K = [2],
            Width = [6],
            Seeds = 5,
            MaxSteps = 1,
            Curve = CurveSteps.Every(1),
            CurveGap = true,
        };
        float[] trained = Gaps(spec with { Train = [TrainedLayers.All] });

        Assert.All(trained, gap => Assert.True(float.IsFinite(gap)));
        Assert.Equal(trained, Gaps(spec with { Train = [TrainedLayers.Output] }));

        float[] Gaps(SweepSpec each) => [.. Run(each, device).Select(run => run.Curve!.Points[0].Gap)];
    }

    [Fact]
    public void Of_a_diverged_run_the_movement_is_infinite_and_the_loss_no_number()
    {
        using Device device = DeviceCatalog.OpenCpu(1);
        var spec = new SweepSpec
        {
            N = [9],
            K = [2],
            Width = [6],
            Lr = [1e30],
            Loss = [Loss.Logistic],
            Activation = [Activation.Sin],
            Seeds = 5,
            MaxSteps = 50,
            Curve = CurveSteps.Every(1),
            CurveGap = true,
        };
        FinishedRun[] diverged = [.. Run(spec, device).Where(run => run.Record.Outcome == Outcome.Diverged)];

        Assert.NotEmpty(diverged);
        Assert.All(diverged, run => Assert.Equal(float.PositiveInfinity, run.Curve!.Points[^1].Movement));
        Assert.All(diverged, run => Assert.True(float.IsNaN(run.Curve!.Points[^1].TrainLoss)));
        Assert.All(diverged, run => Assert.False(float.IsNaN(run.Curve!.Points[^1].Gap)));
    }

    [Fact]
    public void A_sweep_without_curves_has_none()
    {
        using Device device = DeviceCatalog.OpenCpu(2);
        var spec = new SweepSpec { N = [5], K = [2], Width = [3], Seeds = 4, MaxSteps = 5 };

        Assert.All(Run(spec, device), run => Assert.Null(run.Curve));
    }

    private static void CancelAfterSome(SweepProgress progress, CancellationTokenSource cancellation)
    {
        if (progress.Done > 0)
            cancellation.Cancel();
    }

    private static FinishedRun[] Run(SweepSpec spec, Device device)
    {
        var list = new RecordList();
        SweepRunner.Run(spec, device, new RunSet(), list, _ => { }, CancellationToken.None);
        return list.SortedRuns;
    }

    private static IEnumerable<long> StepsOf(CurveSteps steps, long last)
    {
        for (long step = 0; step < last; step = steps.Next(step))
            yield return step;

        yield return last;
    }
}
