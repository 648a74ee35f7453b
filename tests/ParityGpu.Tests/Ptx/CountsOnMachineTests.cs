using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>The PTX of the counting kernel against <see cref="CanonicalNet"/>, bit for bit.</summary>
public sealed class CountsOnMachineTests
{
    public static TheoryData<int, bool> Chunks => Each(1, 64);

    public static TheoryData<int, bool> OneChunk => Each(7);

    public static TheoryData<int, bool> Batches => Each(1, 3, 33, 64);

    public static TheoryData<int, int, int, bool> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, bool>();
            foreach (var row in CountingPoints.Shapes)
            {
                foreach (bool contracted in MachineCases.Contracted(GpuKernels.CountingShared))
                    data.Add((int)row[0], (int)row[1], (int)row[2], contracted);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Steps_have_the_bits_of_the_canon(int n, int width, int batch, bool contracted)
    {
        const int Steps = 2;
        const int Launches = 2;
        var runs = CountingPoints.Steps(n, width, batch);
        var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
        for (int launch = 0; launch < Launches; launch++)
            bank.Launch(Steps);

        AssertCanonical(bank, runs, Steps * Launches);
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Whole_trainings_end_alike_for_any_chunk(int chunk, bool contracted) => AssertWholeTrainings(24, chunk, contracted);

    [Theory]
    [MemberData(nameof(OneChunk))]
    public void Whole_trainings_on_single_samples_end_alike(int chunk, bool contracted) => AssertWholeTrainings(1, chunk, contracted);

    [Theory]
    [MemberData(nameof(Batches))]
    public void Convergence_is_judged_alike_for_any_batch(int batch, bool contracted)
    {
        var runs = CountingPoints.Judged(batch);
        var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
        bank.RunToEnd(50);

        AssertCanonical(bank, runs, int.MaxValue);
    }

    [Fact]
    public void Slots_without_a_running_network_are_left_alone()
    {
        var runs = CountingPoints.Steps(4, 5, 8)[..3];
        var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted: false);
        var idle = new RunState { Status = (int)RunStatus.Idle, Steps = 5 };
        var solved = new RunState { Status = (int)RunStatus.Solved, Steps = 6, CleanBatches = 4 };
        bank.SetState(0, idle);
        bank.SetState(2, solved);

        bank.Launch(3);

        Assert.Equal(idle, bank.States[0]);
        Assert.Equal(3, bank.States[1].Steps);
        Assert.Equal(solved, bank.States[2]);
        Assert.All(bank.Weights(0), weight => Assert.True(float.IsNaN(weight)));
        Assert.All(bank.Weights(2), weight => Assert.True(float.IsNaN(weight)));
    }

    private static TheoryData<int, bool> Each(params int[] values)
    {
        var data = new TheoryData<int, bool>();
        foreach (int value in values)
        {
            foreach (bool contracted in MachineCases.Contracted(GpuKernels.CountingShared))
                data.Add(value, contracted);
        }

        return data;
    }

    private static void AssertCanonical(MachineBank bank, (Point Point, long Seed)[] runs, int steps)
    {
        foreach (var (slot, run) in runs.Index())
        {
            var oracle = new CanonicalNet(run.Point, run.Seed);
            oracle.Run(steps);
            Assert.Equal(oracle.State, bank.States[slot]);
            Assert.Equal(oracle.Weights.Select(FloatBits.Of), bank.Weights(slot).Select(FloatBits.Of));
        }
    }

    private static void AssertWholeTrainings(int batch, int chunk, bool contracted)
    {
        var runs = CountingPoints.Trainings(batch);
        var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
        bank.RunToEnd(chunk);

        AssertCanonical(bank, runs, int.MaxValue);
        Assert.Equal(
            [RunStatus.Solved, RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged, RunStatus.Solved],
            bank.States.Select(state => (RunStatus)state.Status));
    }
}
