using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>
/// Control bits of which each sample has one are added by rows. A further task that never comes, with two control bits, makes products of all of them: what is
/// trained must be the same bits, also from weights of which the rows alone would make others.
/// </summary>
public sealed class ControlRowsTests
{
    private const string Rows = "c1:x1x2+2c2:x2x3+c5:x1x4";
    private const string Products = Rows + "+0.000000001c3c4:x1";

    [Theory]
    [InlineData(Activation.Relu, 1f, 1f)]
    [InlineData(Activation.Sin, 0f, -0f)]
    [InlineData(Activation.Relu, 1e20f, 1e20f)]
    [InlineData(Activation.Power, 1e30f, 1f)]
    [InlineData(Activation.Relu, float.PositiveInfinity, 1f)]
    [InlineData(Activation.Relu, float.NaN, 1f)]
    public void Rows_give_the_bits_of_products(Activation activation, float weightScale, float biasScale)
    {
        using var device = DeviceCatalog.OpenCpu(1);
        var rows = Trained(device, Rows, activation, weightScale, biasScale);
        var products = Trained(device, Products, activation, weightScale, biasScale);

        Assert.Equal(products.State, rows.State);
        Assert.Equal(products.Weights, rows.Weights);
        Assert.Equal(products.Before, rows.Before);
        Assert.Equal(products.After, rows.After);
    }

    /// <summary>State and parameters after some steps from initial ones that are multiplied, and what a measurement finds before and after.</summary>
    private static (RunState State, uint[] Weights, RunMeasure Before, RunMeasure After) Trained(
        Device device, string tasks, Activation activation, float weightScale, float biasScale)
    {
        Point point = (new Point(4, 2, 40, 50, 0.1)
        {
            Tasks = TaskList.TryParse(tasks)!,
            Activation = activation,
            Loss = Loss.Square,
            Encoding = InputEncoding.ZeroOne,
            MaxSteps = 100,
            TestSamples = 100,
        }).Normalised();
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, 3);
        bank.Launch(1);
        var (floats, data, state) = bank.Save(0);
        for (int j = 0; j < point.Width; j++)
        {
            for (int row = 0; row <= point.Inputs; row++)
                floats[FirstLayerLayout.Index(point.Inputs, j, row)] *= row < point.Inputs ? weightScale : biasScale;
        }

        // A run with weights that are not finite is over.
        if (!float.IsFinite(weightScale))
            state.Status = (int)RunStatus.Diverged;

        bank.Load(0, point, new RunSnapshot(0, 3, state, floats, data, CurveSoFar.None));
        bank.Launch(0);
        RunMeasure before = bank.Measure([MeasureRequest.Progress])[0];
        bank.Launch(4);
        return (bank.States[0], FloatBits.Of(bank.ReadWeights(0)), Comparable(before), Comparable(bank.Measure([MeasureRequest.Progress])[0]));

        // What is no number has no bits of its own.
        static RunMeasure Comparable(RunMeasure measure) => measure with
        {
            TrainLoss = float.IsNaN(measure.TrainLoss) ? float.NaN : measure.TrainLoss,
            Gap = 0,
            Means = MonomialMeans.None,
        };
    }
}
