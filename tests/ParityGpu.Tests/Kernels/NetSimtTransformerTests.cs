using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Kernels;

/// <summary>A transformer on a GPU's backend against the same on the CPU, bit for bit.</summary>
public abstract class NetSimtTransformerTests(Device device) : IDisposable
{
    private static readonly long[] Seeds = [1, 0x7FFFFFFF00000001];

    private readonly Device cpu = DeviceCatalog.OpenCpu(2);

    public static TheoryData<int> StepPoints => [.. Enumerable.Range(0, Steps().Count())];

    public static TheoryData<int> TrainingPoints => [.. Enumerable.Range(0, Trainings().Count())];

    public void Dispose()
    {
        cpu.Dispose();
        GC.SuppressFinalize(this);
    }

    [DeviceTheory]
    [MemberData(nameof(StepPoints))]
    public void Steps_and_measures_have_the_bits_of_the_cpu(int index)
    {
        Point point = Steps().ElementAt(index);
        using var found = Loaded(device, point);
        using var expected = Loaded(cpu, point);
        foreach (int chunk in new[] { 0, 1, 3 })
        {
            found.Launch(chunk);
            expected.Launch(chunk);
            AssertSame(expected, found);
            int[] requests = [MeasureRequest.Progress, MeasureRequest.ProgressAndGap];
            Assert.Equal(expected.Measure(requests).Select(Bits), found.Measure(requests).Select(Bits));
        }

        AssertSame(expected, found);
    }

    [DeviceTheory]
    [MemberData(nameof(TrainingPoints))]
    public void Trainings_end_as_on_the_cpu(int index)
    {
        Point point = Trainings().ElementAt(index);
        using var found = Loaded(device, point);
        using var expected = Loaded(cpu, point);
        Train(found, 7);
        Train(expected, 1000);
        AssertSame(expected, found);
    }

    [DeviceFact]
    public void Trainings_end_in_every_way()
    {
        var phases = new HashSet<RunPhase>();
        foreach (Point point in Trainings())
        {
            using var bank = Loaded(cpu, point);
            Train(bank, 1000);
            phases.UnionWith(bank.States.ToArray().Select(state => (RunPhase)state.Phase));
        }

        Assert.Equal([RunPhase.Solved, RunPhase.Budget, RunPhase.Diverged], phases.Order());
    }

    private static IEnumerable<Point> Steps()
    {
        Point odd = Small(7, 3, 33) with { DEmb = 5, Heads = 3, DAttn = 2, Width = 9, Noise = 0.1 };
        foreach (var optimizer in Enum.GetValues<Optimizer>())
        {
            foreach (var loss in Enum.GetValues<Loss>())
                yield return odd with { Optimizer = optimizer, Loss = loss, LearningRate = 0.01, WeightDecay = 0.01 };
        }

        foreach (int batch in new[] { 1, 3, 32, 70, 140 })
            yield return Small(6, 2, batch) with { DEmb = 17, Heads = 2, DAttn = 9, Width = 20, Subset = SubsetChoice.Random };

        foreach (var init in new[] { Init.XavierUniform, Init.KaimingNormal, Init.Sign, Init.Torch })
            yield return Small(5, 2, 6) with { Init = init, LearningRate = 1 };

        // More inputs than a word has bits, more heads than lanes, more entries than threads.
        yield return Small(67, 3, 10) with { DEmb = 16, Heads = 17, DAttn = 1, Width = 33 };
        yield return Small(9, 3, 40) with { DEmb = 40, Heads = 5, DAttn = 60, Width = 100 };
        yield return Small(1, 1, 3) with { DEmb = 1, Heads = 1, DAttn = 1, Width = 1 };

        // Exponentials from 1 down to e^−20.
        yield return Small(12, 3, 64) with { DEmb = 64, Heads = 2, DAttn = 4, Init = Init.KaimingNormal };
        yield return odd with { Samples = 50, Batch = 20 };
        yield return odd with { Samples = 7, Batch = 40, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return odd with { Biases = InitialBiases.Zero };
        yield return odd with { Train = TrainedLayers.Output, WeightDecay = 0.01 };
        yield return odd with { Schedule = Schedule.TryParse("0=1:0,1=0:2@0.1,2=0.5")! };
    }

    private static IEnumerable<Point> Trainings()
    {
        Point quick = Small(4, 2, 16) with { Width = 16, DEmb = 16, Heads = 2, DAttn = 4, Loss = Loss.Logistic, MaxSteps = 300, TestSamples = 100 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01, Batch = 40, Samples = 12, MaxSteps = 100 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01, TargetAccuracy = 0.8, Batch = 5 };
        yield return quick with { DEmb = 5, Heads = 3, DAttn = 2, Loss = Loss.Hinge, LearningRate = 0.2, Noise = 0.1, MaxSteps = 40 };
        yield return quick with { Loss = Loss.Square, LearningRate = 1e20, MaxSteps = 40 };
        yield return quick with { Optimizer = Optimizer.SignSgd, LearningRate = 1e30, MaxSteps = 20 };
    }

    private static Point Small(int n, int k, int batch) =>
        (TestPoints.Point(n, k, 32, batch, 0.1) with { Model = Model.Transformer, TestSamples = 70 }).Normalised();

    private static SlotBank Loaded(Device device, Point point)
    {
        var bank = new SlotBank(device, BankShape.Of(point), Seeds.Length);
        for (int slot = 0; slot < Seeds.Length; slot++)
            bank.Load(slot, point, Seeds[slot]);

        return bank;
    }

    private static void Train(SlotBank bank, int chunk)
    {
        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Phase == (int)RunPhase.Running));
    }

    private static void AssertSame(SlotBank expected, SlotBank found)
    {
        Assert.Equal(expected.States.ToArray(), found.States.ToArray());
        for (int slot = 0; slot < Seeds.Length; slot++)
            Assert.Equal(expected.ReadWeights(slot).Select(Bits), found.ReadWeights(slot).Select(Bits));
    }

    private static (uint Loss, int TrainErrors, int HeldOutErrors, uint All, uint Relevant, uint Irrelevant, uint Gap) Bits(RunMeasure measure) =>
        (Bits(measure.TrainLoss), measure.TrainErrors, measure.HeldOutErrors, Bits(measure.Movement), Bits(measure.MovementRelevant),
            Bits(measure.MovementIrrelevant), Bits(measure.Gap));

    /// <summary>A float's bits; those of one NaN for all of them.</summary>
    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class NetSimtTransformerOpenCLTests(PoclDevice pocl) : NetSimtTransformerTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class NetSimtTransformerCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : NetSimtTransformerTests(cuda.Next(output));
