using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>The PTX of the counting kernel against <see cref="CanonicalNet"/>, bit for bit.</summary>
public sealed class CountsOnMachineTests
{
    /// <summary>Width, batch, steps of a launch.</summary>
    public static TheoryData<int, int, int> Trainings => new() { { 20, 24, 1 }, { 20, 24, 64 }, { 20, 1, 7 }, { 13, 24, 1 }, { 13, 24, 64 } };

    /// <summary>Width, batch, steps of a launch.</summary>
    public static TheoryData<int, int, int> Judged =>
        new() { { 33, 1, 50 }, { 33, 3, 50 }, { 33, 33, 50 }, { 33, 64, 50 }, { 16, 3, 50 }, { 16, 32, 50 } };

    private static bool[] Contractions => MachineCases.Contracted(GpuKernels.CountingShared, GpuKernels.CountingOneSample, GpuKernels.CountingOneWarp);

    [Theory]
    [MemberData(nameof(CountingPoints.Shapes), MemberType = typeof(CountingPoints))]
    public void Steps_have_the_bits_of_the_canon(int n, int width, int batch)
    {
        const int Steps = 2;
        const int Launches = 2;
        var runs = CountingPoints.Steps(n, width, batch);
        foreach (bool contracted in Contractions)
        {
            var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
            for (int launch = 0; launch < Launches; launch++)
                bank.Launch(Steps);

            AssertCanonical(bank, runs, Steps * Launches);
        }
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Whole_trainings_end_alike_for_any_chunk(int width, int batch, int chunk)
    {
        var runs = CountingPoints.Trainings(width, batch);
        foreach (bool contracted in Contractions)
        {
            var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
            bank.RunToEnd(chunk);

            AssertCanonical(bank, runs, int.MaxValue);
            Assert.Equal(
                [RunStatus.Solved, RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged, RunStatus.Solved],
                bank.States.Select(state => (RunStatus)state.Status));
        }
    }

    [Theory]
    [MemberData(nameof(Judged))]
    public void Convergence_is_judged_alike_for_any_batch(int width, int batch, int chunk)
    {
        var runs = CountingPoints.Judged(width, batch);
        foreach (bool contracted in Contractions)
        {
            var bank = new MachineBank(CountingPoints.Bank(runs), runs, contracted);
            bank.RunToEnd(chunk);

            AssertCanonical(bank, runs, int.MaxValue);
        }
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
}
