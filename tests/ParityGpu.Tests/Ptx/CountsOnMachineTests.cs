using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.Runs;
using ParityGpu.Tests.Kernels;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Ptx;

/// <summary>The PTX of the counting kernel against <see cref="CanonicalTrainer"/>, bit for bit.</summary>
public sealed class CountsOnMachineTests
{
    public static TheoryData<int, bool> Chunks => Each(1, 64);

    public static TheoryData<int, bool> Batches => Each(1, 3, 33, 64);

    public static TheoryData<int, int, int, bool> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, bool>();
            foreach (var row in CountingPoints.Shapes)
            {
                foreach (bool contracted in MachineCases.Contracted(nameof(Simt.CountingKernel)))
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
        var cases = CountingPoints.Steps(n, width, batch);
        var bank = Bank(n, width, batch, cases, contracted);
        for (int launch = 0; launch < Launches; launch++)
            bank.Launch(Steps);

        AssertCanonical(bank, n, width, batch, cases, Steps * Launches);
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Whole_trainings_end_alike_for_any_chunk(int chunk, bool contracted)
    {
        var cases = CountingPoints.Trainings(8, 20, 24);
        var bank = Bank(8, 20, 24, cases, contracted);
        bank.RunToEnd(chunk);

        AssertCanonical(bank, 8, 20, 24, cases, int.MaxValue);
        Assert.Equal(
            [RunStatus.Solved, RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged, RunStatus.Solved],
            bank.States.Select(state => (RunStatus)state.Status));
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void Convergence_is_judged_alike_for_any_batch(int batch, bool contracted)
    {
        var cases = CountingPoints.Judged(5, 33, batch);
        var bank = Bank(5, 33, batch, cases, contracted);
        bank.RunToEnd(50);

        AssertCanonical(bank, 5, 33, batch, cases, int.MaxValue);
    }

    [Fact]
    public void Other_phases_are_left_alone()
    {
        SimtCase[] cases = [.. Enumerable.Range(1, 3).Select(seed => new SimtCase(CountingPoints.Settings((ulong)seed, 4, 5, 8), [0]))];
        var bank = Bank(4, 5, 8, cases, contracted: false);
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
            foreach (bool contracted in MachineCases.Contracted(nameof(Simt.CountingKernel)))
                data.Add(value, contracted);
        }

        return data;
    }

    private static MachineBank Bank(int n, int width, int batch, SimtCase[] cases, bool contracted)
    {
        var shape = new LaunchShape
        {
            Inputs = n,
            Width = width,
            Batch = batch,
            Slots = cases.Length,
            SubsetStride = cases.Max(run => run.Subset.Length),
            Phases = 1,
            Coefficients = 1,
        };
        return new(
            shape, KernelPath.Counts, [.. cases.Select(run => run.Settings)], [.. cases.Select(run => run.Subset)], [], [], contracted);
    }

    private static void AssertCanonical(MachineBank bank, int n, int width, int batch, SimtCase[] cases, int steps)
    {
        for (int slot = 0; slot < cases.Length; slot++)
        {
            var oracle = new CanonicalTrainer(n, width, batch, cases[slot].Settings, cases[slot].Subset);
            oracle.Run(steps);
            Assert.Equal(oracle.State, bank.States[slot]);
            Assert.Equal(oracle.Weights.Select(FloatBits.Of), bank.Weights(slot).Select(FloatBits.Of));
        }
    }
}
