using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using ParityGpu.Verification;
using Xunit;

namespace ParityGpu.Tests.Verification;

/// <summary>What <c>parity verify</c> says where bits differ: one number of one run is changed by hand.</summary>
public sealed class BankComparisonTests : IDisposable
{
    private const int Changed = 2;

    private static readonly Point Point = TestPoints.Point(5, 2, 4, 8, learningRate: 0.1) with { Optimizer = Optimizer.Adam, Loss = Loss.Logistic };

    private readonly Device device = DeviceCatalog.OpenCpu(1);

    [Theory]
    [InlineData(0, "weight 7 after 3 steps is 0x")]
    [InlineData(1, "first moment of weight 7 after 3 steps is 0x")]
    [InlineData(2, "second moment of weight 7 after 3 steps is 0x")]
    public void The_first_number_that_differs_is_named(int part, string expected)
    {
        long parameters = RunLayout.Parameters(BankShape.Of(Point).Launch(1));
        var line = Compare((floats, isFound) => floats[(part * parameters) + 7] = isFound ? 3f : 5f);

        Assert.False(line.Passed);
        Assert.Contains($"n=5 k=2 r=4 B=8, seed {Changed}: {expected}", line.Detail, StringComparison.Ordinal);
        Assert.Matches(@"0x[0-9A-F]{8} \(\S+\), on scalar code 0x[0-9A-F]{8} \(\S+\)$", line.Detail);
    }

    [Fact]
    public void Zero_is_not_minus_zero_and_one_NaN_is_as_good_as_another()
    {
        Assert.False(Compare((floats, isFound) => floats[0] = isFound ? -0f : 0f).Passed);
        Assert.True(Compare((floats, isFound) => floats[0] = BitConverter.UInt32BitsToSingle(isFound ? 0x7FFFFFFFu : 0xFFC00000u)).Passed);
    }

    [Fact]
    public void A_measurement_that_differs_is_named()
    {
        var line = Compare((floats, isFound) => floats[0] += isFound ? 1 : 0, measured: true);

        Assert.Contains("training loss after 3 steps is 0x", line.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_says_where_it_was_seen_and_how_to_see_it_again()
    {
        string[] report = [.. DeviceReport.Lines(device, [Compare((floats, isFound) => floats[0] = isFound ? 2f : 1f)])];

        Assert.Equal(["device", "driver", "program", "command", "training"], report[..5].Select(line => line.Trim().Split(' ')[0]));
        Assert.Contains("ILGPU 1.", report[2], StringComparison.Ordinal);
        Assert.Equal("  command    parity verify --device cpu", report[3]);
        Assert.EndsWith("weight 0 after 3 steps is 0x40000000 (2), on scalar code 0x3F800000 (1)", report[4], StringComparison.Ordinal);
        Assert.Equal(
            "parity train --n 5 --k 2 --width 4 --batch 8 --lr 0.1 --loss logistic --optimizer adam --max-steps 1000000 --seed 2 --device cpu",
            report[5].Trim());
    }

    public void Dispose() => device.Dispose();

    /// <summary>Compares two banks after three steps and a change to the run of seed <see cref="Changed"/>.</summary>
    /// <param name="change">Given the run's floats on either side, and whether it is the side that is not trusted.</param>
    /// <param name="measured">Whether measurements are compared, or the runs.</param>
    private VerifyLine Compare(Action<float[], bool> change, bool measured = false)
    {
        using var runs = new BankComparison(new DevicePair(device, device), Point, Bank(change, isFound: true), Bank(change, isFound: false));
        if (measured)
            runs.CompareMeasurements(gap: true);
        else
            runs.CompareRuns();

        return runs.Line("training", "compared");
    }

    private SlotBank Bank(Action<float[], bool> change, bool isFound)
    {
        var bank = new SlotBank(device, BankShape.Of(Point), 4);
        for (int slot = 0; slot < bank.Slots; slot++)
            bank.Load(slot, Point, slot);

        bank.Launch(3);
        var (floats, data, state) = bank.Save(Changed);
        change(floats, isFound);
        bank.Load(Changed, Point, new RunSnapshot(0, Changed, state, floats, data, CurveSoFar.None));
        bank.Launch(0);
        return bank;
    }
}
