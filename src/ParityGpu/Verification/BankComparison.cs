using System.Globalization;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Verification;

/// <summary>
/// The same runs of one point on a device and on the CPU, compared bit for bit. All NaNs count as equal, because their bits depend on the processor.
/// </summary>
internal sealed class BankComparison : IDisposable
{
    private readonly Point point;
    private readonly SlotBank found;
    private readonly SlotBank expected;
    private readonly DevicePair pair;

    /// <summary>
    /// Takes ownership of two banks in which the slot of a run is its seed.
    /// </summary>
    /// <param name="pair">Their devices.</param>
    /// <param name="point">The point of all runs.</param>
    /// <param name="found">Runs on the device.</param>
    /// <param name="expected">The same on the CPU.</param>
    public BankComparison(DevicePair pair, Point point, SlotBank found, SlotBank expected)
    {
        this.pair = pair;
        this.point = point;
        this.found = found;
        this.expected = expected;
    }

    /// <summary>The first seed found to differ.</summary>
    public int? Seed { get; private set; }

    /// <summary>How it differs.</summary>
    public string Difference { get; private set; } = "";

    /// <summary>What has been compared so far.</summary>
    public Compared Compared { get; private set; }

    /// <summary>States of the runs on the CPU.</summary>
    public RunState[] States => expected.States.ToArray();

    /// <summary>The weights of a run on the CPU.</summary>
    public float[] Weights(int seed) => expected.ReadWeights(seed);

    /// <summary>Runs of seeds 0 … <paramref name="seeds"/> − 1 of a point, not yet started.</summary>
    public static BankComparison Load(DevicePair pair, Point point, int seeds)
    {
        var found = new SlotBank(pair.Device, BankShape.Of(point), seeds);
        var expected = new SlotBank(pair.Cpu, BankShape.Of(point), seeds, pair.CpuVectors);
        for (int slot = 0; slot < seeds; slot++)
        {
            found.Load(slot, point, slot);
            expected.Load(slot, point, slot);
        }

        return new BankComparison(pair, point, found, expected);
    }

    /// <summary>Advances every run on both.</summary>
    public void Launch(int steps)
    {
        found.Launch(steps);
        expected.Launch(steps);
    }

    /// <summary>Trains every run to its end, in launches of different lengths on the two devices.</summary>
    public void TrainToEnd()
    {
        TrainToEnd(found, 64);
        TrainToEnd(expected, 1000);
    }

    /// <summary>Compares the runs' states: records, weights, biases and moments.</summary>
    public void CompareRuns()
    {
        var shape = BankShape.Of(point).Launch(1);
        long parameters = RunLayout.Parameters(shape);
        for (int slot = 0; slot < found.Slots && Seed is null; slot++)
        {
            var (got, wanted) = (found.States[slot], expected.States[slot]);
            if (!got.Equals(wanted))
                Differ(slot, $"{Describe(got)}, on {pair.TrustedName} {Describe(wanted)}");
            else
                CompareFloats(slot, found.Save(slot).Floats, expected.Save(slot).Floats, parameters, wanted.Steps);
        }

        int powers = point.KernelOptimizer == Optimizer.Adam ? 2 : 0;
        long floats = (parameters * (1 + RunLayout.Moments((int)point.KernelOptimizer))) + powers;
        Compared += new Compared(found.Slots, States.Sum(state => state.Steps), found.Slots * floats, 0);
    }

    /// <summary>Compares every run's measurements for curves: loss, accuracy, movement and, with <paramref name="gap"/>, the gap.</summary>
    public void CompareMeasurements(bool gap)
    {
        int[] requests = [.. Enumerable.Repeat(gap ? MeasureRequest.ProgressAndGap : MeasureRequest.Progress, found.Slots)];
        var got = found.Measure(requests);
        var wanted = expected.Measure(requests);
        for (int slot = 0; slot < found.Slots && Seed is null; slot++)
        {
            foreach (var (name, value) in Values(wanted[slot]))
            {
                float other = Values(got[slot]).First(pair => pair.Name == name).Value;
                if (Seed is null && !IsSame(other, value))
                    Differ(slot, $"{name} after {States[slot].Steps} steps is {Bits(other)}, on {pair.TrustedName} {Bits(value)}");
            }
        }

        Compared += new Compared(0, 0, 0, found.Slots);
    }

    /// <summary>The line of a check: what was compared, or the first difference.</summary>
    /// <param name="name">Name of the check.</param>
    /// <param name="counted">What was compared.</param>
    public VerifyLine Line(string name, string counted)
    {
        string described = VerifyPoints.Describe(point);
        return Seed is { } seed
            ? new VerifyLine(name, false, $"{described}, seed {seed}: {Difference}")
            {
                Compared = Compared,
                Command = VerifyPoints.Command(point, seed, pair.Device.Name),
            }
            : new VerifyLine(name, true, $"{described}: {counted}, bit-equal to {pair.TrustedName}") { Compared = Compared };
    }

    public void Dispose()
    {
        found.Dispose();
        expected.Dispose();
    }

    private static void TrainToEnd(SlotBank bank, int chunk)
    {
        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));
    }

    private void CompareFloats(int slot, float[] got, float[] wanted, long parameters, long steps)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!IsSame(got[i], wanted[i]))
            {
                string[] kinds = ["weight", "first moment of weight", "second moment of weight", "power of β"];
                Differ(
                    slot,
                    $"{kinds[i / parameters]} {i % parameters} after {steps} steps is {Bits(got[i])}, on {pair.TrustedName} {Bits(wanted[i])}");
                return;
            }
        }
    }

    private void Differ(int seed, string difference)
    {
        Seed = seed;
        Difference = difference;
    }

    private static (string Name, float Value)[] Values(in RunMeasure measure) =>
    [
        ("training loss", measure.TrainLoss),
        ("training errors", measure.TrainErrors),
        ("held-out errors", measure.HeldOutErrors),
        ("movement", measure.Movement),
        ("movement of relevant weights", measure.MovementRelevant),
        ("movement of irrelevant weights", measure.MovementIrrelevant),
        ("gap", measure.Gap),
        .. Coefficients(measure.Means),
    ];

    private static IEnumerable<(string Name, float Value)> Coefficients(MonomialMeans means) =>
        Enumerable.Range(0, Monomial.Most).Select(monomial => ($"coefficient of monomial {monomial + 1}", means.Of(monomial)));

    private static string Describe(RunState state) =>
        $"{((RunStatus)state.Status).ToString().ToLowerInvariant()} after {state.Steps} steps, {state.HeldOutErrors} held-out errors";

    private static bool IsSame(float a, float b) =>
        BitConverter.SingleToUInt32Bits(a) == BitConverter.SingleToUInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    private static string Bits(float value) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.SingleToUInt32Bits(value):X8} ({value:R})");
}
