using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cuda;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMT body of the general path against <see cref="CanonicalNet"/>, bit for bit, on a GPU's backend.</summary>
public abstract class GeneralSimtTests(Device device)
{
    private static readonly long[] Seeds = [1, 0x7FFFFFFF00000001];

    public static TheoryData<int, int> Trainings
    {
        get
        {
            var data = new TheoryData<int, int>();
            for (int index = 0; index < GeneralPoints.Trainings().Count(); index++)
            {
                foreach (int chunk in new[] { 1, 7, 64 })
                    data.Add(index, chunk);
            }

            return data;
        }
    }

    [DeviceTheory]
    [MemberData(nameof(GeneralPoints.StepIndices), MemberType = typeof(GeneralPoints))]
    public void Steps_have_the_bits_of_the_canon(int index)
    {
        Point point = GeneralPoints.Steps().ElementAt(index);
        using var bank = Loaded(point);
        CanonicalNet[] oracles = [.. Seeds.Select(seed => new CanonicalNet(point, seed, KernelPath.General))];

        foreach (int chunk in new[] { 0, 2, 4 })
        {
            bank.Launch(chunk);
            for (int slot = 0; slot < Seeds.Length; slot++)
            {
                oracles[slot].Run(chunk);
                AssertSame(oracles[slot], bank, slot);
            }
        }
    }

    [DeviceTheory]
    [MemberData(nameof(Trainings))]
    public void Trainings_end_alike_for_any_chunk(int index, int chunk)
    {
        Point point = GeneralPoints.Trainings().ElementAt(index);
        using var bank = Loaded(point);
        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Status == (int)RunStatus.Running));

        for (int slot = 0; slot < Seeds.Length; slot++)
        {
            var oracle = new CanonicalNet(point, Seeds[slot], KernelPath.General);
            oracle.Run(int.MaxValue);
            AssertSame(oracle, bank, slot);
        }
    }

    [DeviceTheory]
    [InlineData(KernelPath.Counts)]
    [InlineData(KernelPath.General)]
    public void Runs_wait_where_they_are_told_to(KernelPath path)
    {
        Point point = TestPoints.Point(6, 3, 20, 8, learningRate: 0.1);
        using var bank = new SlotBank(device, BankShape.Of(point, path), 3);
        for (int slot = 0; slot < 3; slot++)
            bank.Load(slot, point, slot);

        bank.StopAt(0, 3);
        bank.StopAt(1, 8);
        var seen = new List<long[]>();
        for (int launch = 0; launch < 3; launch++)
        {
            bank.Launch(5);
            seen.Add([.. bank.States.ToArray().Select(state => state.Steps)]);
        }

        bank.StopAt(0, 4);
        bank.StopAt(1, 0);
        bank.Launch(5);
        seen.Add([.. bank.States.ToArray().Select(state => state.Steps)]);

        Assert.Equal([[3, 5, 5], [3, 8, 10], [3, 8, 15], [4, 13, 20]], seen);
        Assert.All(bank.States.ToArray(), state => Assert.Equal((int)RunStatus.Running, state.Status));
    }

    [DeviceTheory]
    [MemberData(nameof(GeneralPoints.StepIndices), MemberType = typeof(GeneralPoints))]
    public void Measures_have_the_bits_of_the_canon_and_change_nothing(int index)
    {
        Point point = GeneralPoints.Steps().ElementAt(index);
        int request = point.N <= 8 ? MeasureRequest.ProgressAndGap : MeasureRequest.Progress;
        using var bank = Loaded(point);
        var oracle = new CanonicalNet(point, Seeds[1], KernelPath.General);
        foreach (int chunk in new[] { 0, 3, 2 })
        {
            bank.Launch(chunk);
            oracle.Run(chunk);
            Assert.Equal(Fields(oracle.Measure(request)), Fields(bank.Measure([MeasureRequest.None, request])[1]));
            Assert.Equal(FloatBits.Of(oracle.TaskLosses()), FloatBits.Of(bank.TaskLosses(1)));
        }

        AssertSame(oracle, bank, 1);
    }

    private SlotBank Loaded(Point point)
    {
        var bank = new SlotBank(device, BankShape.Of(point, KernelPath.General), Seeds.Length);
        for (int slot = 0; slot < Seeds.Length; slot++)
            bank.Load(slot, point, Seeds[slot]);

        return bank;
    }

    private static (float Loss, int TrainErrors, int HeldOutErrors, float All, float Relevant, float Irrelevant, float Gap, MonomialMeans Means) Fields(
        RunMeasure measure) =>
        (measure.TrainLoss, measure.TrainErrors, measure.HeldOutErrors, measure.Movement, measure.MovementRelevant,
            measure.MovementIrrelevant, measure.Gap, measure.Means);

    private static void AssertSame(CanonicalNet oracle, SlotBank bank, int slot)
    {
        Assert.Equal(oracle.State, bank.States[slot]);
        Assert.Equal(
            FloatBits.Of(oracle.Weights),
            FloatBits.Of(bank.ReadWeights(slot)));
    }
}

/// <summary>On OpenCL.</summary>
[Collection(PoclTests.Name)]
public sealed class GeneralSimtOpenCLTests(PoclDevice pocl) : GeneralSimtTests(pocl.Device);

/// <summary>On CUDA.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class GeneralSimtCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : GeneralSimtTests(cuda.Next(output));
