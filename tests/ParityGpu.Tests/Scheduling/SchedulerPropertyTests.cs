using CsCheck;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Every run is recorded once, whatever the sweep, the devices and their failures.</summary>
public sealed class SchedulerPropertyTests
{
    private const int Cases = 10_000;

    private static readonly Gen<Scenario> Scenarios = Gen.Select(
        Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 60], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, int.MaxValue],
        Gen.Select(Gen.Int[1, 9], Gen.Int[-60, 60], Gen.Int[0, 4], (slots, calls, refused) => new DeviceDraw(slots, calls, refused)).Array[1, 5],
        (widths, rates, seeds, done, curve, random, devices) => new Scenario(widths, rates, seeds + 1, done, curve, random, devices));

    [Fact]
    public void Every_run_is_recorded_once_whatever_fails() =>
        Scenarios.Sample(Check, iter: TestScale.Cases(Cases), threads: 1);

    private static void Check(Scenario scenario)
    {
        SweepSpec spec = scenario.Spec;
        Point[] points = [.. spec.Points()];
        var random = new Random(scenario.Random);
        var done = new RunSet();
        var expected = new List<RunRecord>();
        foreach (var (index, point) in points.Index())
        {
            for (long seed = spec.FirstSeed; seed < spec.FirstSeed + spec.Seeds; seed++)
            {
                if (random.Next(4) < scenario.Done)
                    done.Add(index, seed);
                else
                    expected.Add(ImaginedDevice.Record(index, point, seed));
            }
        }

        // Negative: never fails. Refused widths are 1, 2, 3; 0 and 4 stand for none. Devices that refuse nothing and never fail share their threads.
        ImaginedDevice[] devices =
        [
            .. scenario.Devices.Select((draw, place) => new ImaginedDevice(
                $"imagined:{place}", draw.Slots, Math.Max(-1, draw.Calls), refuses: width => width == draw.Refused, pool: draw is { Calls: < 0, Refused: 0 } ? spec : null)),
        ];
        var list = new RecordList();
        var runner = new SweepRunner { Spec = spec, Devices = devices, Done = done, Sink = list, LongRun = TimeSpan.Zero };
        bool failed = false;
        try
        {
            runner.Run(CancellationToken.None);
        }
        catch (Exception e) when (e is DeviceFailedException or UserErrorException)
        {
            failed = true;
        }

        RunRecord[] records = list.Sorted;
        Assert.Equal(records.Length, records.DistinctBy(record => (record.Point, record.Seed)).Count());
        Assert.True(records.ToHashSet().IsSubsetOf(expected));
        bool able = scenario.Devices.Any(draw => draw.Calls < 0 && (draw.Refused < 1 || draw.Refused > scenario.Widths));
        if (!failed)
            Assert.Equal(RecordList.Sort(expected), records);

        Assert.False(failed && able, "A device that could train everything was there.");
    }

    internal sealed record DeviceDraw(int Slots, int Calls, int Refused);

    internal sealed record Scenario(int Widths, int Rates, int Seeds, int Done, int Curve, int Random, DeviceDraw[] Devices)
    {
        public SweepSpec Spec => new()
        {
            N = [5],
            K = [2],
            Width = [.. Enumerable.Range(1, Widths)],
            Lr = [.. Enumerable.Range(1, Rates).Select(rate => rate / 100.0)],
            Seeds = Seeds,
            FirstSeed = Random % 1000,
            MaxSteps = 5000,
            TestSamples = 64,
            Curve = Curve == 0 ? CurveSteps.None : CurveSteps.Every(Curve * 37),
        };

        public override string ToString() =>
            $"{Widths} widths, {Rates} rates, {Seeds} seeds, done {Done}/4, curve {Curve}, random {Random}, devices {string.Join<DeviceDraw>(' ', Devices)}";
    }
}
