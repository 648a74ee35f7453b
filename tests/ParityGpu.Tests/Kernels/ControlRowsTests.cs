using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// Control bits of which each sample has one are added by rows. A further task that never comes, with two control bits, makes products of all of them: what is
/// trained must be the same bits, also from weights of which the rows alone would make others.
/// </summary>
public sealed class ControlRowsTests
{
    private const string Rows = "c1:x1x2+2c2:x2x3+c5:x1x4";
    private const string Products = Rows + "+0.000000001c3c4:x1";
    private const int Seed = 3;

    /// <summary>Network; what the initial weights and biases are multiplied by.</summary>
    public static TheoryData<Model, Activation, float, float> Starts => new()
    {
        { Model.Mlp, Activation.Relu, 1f, 1f },
        { Model.Mlp, Activation.Sin, 0f, -0f },
        { Model.Mlp, Activation.Power, 0f, -0f },
        { Model.DeepMlp, Activation.Relu, 0f, -0f },
        { Model.Mlp, Activation.Relu, 1e20f, 1e20f },
        { Model.Mlp, Activation.Power, 1e30f, 1f },
        { Model.DeepMlp, Activation.Relu, 1e30f, 1e30f },
        { Model.Mlp, Activation.Relu, float.PositiveInfinity, 1f },
        { Model.Mlp, Activation.Relu, float.NaN, 1f },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public void Rows_give_the_bits_of_products(Model model, Activation activation, float weightScale, float biasScale)
    {
        Trained products = OnCpu(Network(Products, model, activation), weightScale, biasScale);

        AssertSame(products, OnCpu(Network(Rows, model, activation), weightScale, biasScale));
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Rows_and_products_on_a_gpu_give_the_bits_of_a_cpu(Model model, Activation activation, float weightScale, float biasScale)
    {
        Trained products = OnCpu(Network(Products, model, activation), weightScale, biasScale);

        AssertSame(products, OnMachine(Network(Rows, model, activation), weightScale, biasScale));
        AssertSame(products, OnMachine(Network(Products, model, activation), weightScale, biasScale));
    }

    private static Point Network(string tasks, Model model, Activation activation) => (new Point(4, 2, 40, 50, 0.1)
    {
        Tasks = TaskList.TryParse(tasks)!,
        Model = model,
        Activation = activation,
        Loss = Loss.Square,
        Encoding = InputEncoding.ZeroOne,
        MaxSteps = 100,
        TestSamples = 100,
    }).Normalised();

    private static Trained OnCpu(Point point, float weightScale, float biasScale)
    {
        using var device = DeviceCatalog.OpenCpu(1);
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, Seed);
        bank.Launch(1);
        var (floats, data, state) = bank.Save(0);
        Scale(point, floats, weightScale, biasScale);
        bank.Load(0, point, new RunSnapshot(0, Seed, After(state, weightScale), floats, data, CurveSoFar.None));
        bank.Launch(0);
        RunMeasure before = bank.Measure([MeasureRequest.Progress])[0];
        bank.Launch(4);
        return new(before, bank.States[0], bank.ReadWeights(0), bank.Measure([MeasureRequest.Progress])[0]);
    }

    private static Trained OnMachine(Point point, float weightScale, float biasScale)
    {
        var bank = new MachineBank(point, KernelPath.General, [Seed], contracted: false);
        bank.Launch(1);
        Scale(point, bank.Floats(0), weightScale, biasScale);
        bank.SetState(0, After(bank.States[0], weightScale));
        RunMeasure before = bank.Measure(MeasureRequest.Progress)[0];
        bank.Launch(4);
        return new(before, bank.States[0], bank.Weights(0), bank.Measure(MeasureRequest.Progress)[0]);
    }

    private static void Scale(Point point, Span<float> floats, float weightScale, float biasScale)
    {
        for (int j = 0; j < point.Width; j++)
        {
            for (int row = 0; row <= point.Inputs; row++)
                floats[(int)FirstLayerLayout.Index(point.Inputs, j, row)] *= row < point.Inputs ? weightScale : biasScale;
        }
    }

    /// <summary>A run with weights that are not finite is over.</summary>
    private static RunState After(RunState state, float weightScale)
    {
        state.Status = float.IsFinite(weightScale) ? state.Status : (int)RunStatus.Diverged;
        return state;
    }

    private static void AssertSame(Trained expected, Trained found)
    {
        Assert.Equal(expected.State, found.State);
        Assert.Equal(FloatBits.Of(expected.Weights), FloatBits.Of(found.Weights));
        Assert.Equal(FloatBits.Of(expected.Before), FloatBits.Of(found.Before));
        Assert.Equal(FloatBits.Of(expected.After), FloatBits.Of(found.After));
    }

    /// <summary>State and parameters after some steps from initial ones that are multiplied, and what a measurement finds before and after.</summary>
    private sealed record Trained(RunMeasure Before, RunState State, float[] Weights, RunMeasure After);
}
