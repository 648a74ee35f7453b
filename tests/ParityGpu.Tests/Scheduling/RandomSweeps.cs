using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Small sweeps drawn from a seed, and what must come out of them.</summary>
internal static class RandomSweeps
{
    private static readonly Init[] Inits = Enum.GetValues<Init>();

    /// <summary>A valid sweep of one to some dozen points with one to nine seeds each, of up to 40 steps.</summary>
    public static SweepSpec Draw(Random random) => new()
    {
        N = [.. random.GetItems([4, 5, 9], random.Next(1, 3)).Distinct()],
        K = [.. random.GetItems([1, 2, 4], random.Next(1, 3)).Distinct()],
        Width = [.. random.GetItems([1, 3, 16, 17], random.Next(1, 3)).Distinct()],
        Batch = [.. random.GetItems([1, 3, 8, 40], random.Next(1, 3)).Distinct()],
        Lr = [.. random.GetItems([0.1, 0.5, 1e25], random.Next(1, 3)).Distinct()],
        Init = [random.GetItems(Inits, 1)[0]],
        InitSigma = [0.3],
        Model = [.. random.GetItems([Model.Mlp, Model.Polynet, Model.Deep], random.Next(1, 3)).Distinct()],
        Loss = [.. random.GetItems([Loss.Hinge, Loss.Logistic], random.Next(1, 3)).Distinct()],
        InitSeed = [.. random.GetItems([0, 1, 77], random.Next(1, 3)).Distinct()],
        Noise = [.. random.GetItems([0, 0.2], random.Next(1, 3)).Distinct()],
        Subset = random.Next(2) == 0 ? SubsetChoice.First : SubsetChoice.Random,
        Seeds = random.Next(1, 10),
        FirstSeed = random.Next(2) == 0 ? 0 : random.NextInt64(long.MaxValue / 2),
        MaxSteps = random.Next(1, 41),
        TestSamples = random.Next(1, 100),
    };

    /// <summary>Every run of a sweep, by point and seed, as the canon trains it.</summary>
    public static RunRecord[] Expected(SweepSpec spec)
    {
        var records = new List<RunRecord>();
        foreach (var (index, point) in spec.Points().Index())
        {
            for (long seed = spec.FirstSeed; seed < spec.FirstSeed + spec.Seeds; seed++)
                records.Add(Record(index, seed, point, new CanonicalNet(point, seed).Run(int.MaxValue)));
        }

        return RecordList.Sort(records);
    }

    /// <summary>The record of a run that ended in a state.</summary>
    public static RunRecord Record(int index, long seed, Point point, RunState state) => (RunStatus)state.Status switch
    {
        RunStatus.Solved => new(index, seed, Outcome.Solved, state.Steps, 1),
        RunStatus.Diverged => new(index, seed, Outcome.Diverged, state.Steps, double.NaN),
        RunStatus.Budget => new(index, seed, Outcome.Budget, state.Steps, 1 - ((double)state.HeldOutErrors / point.TestSamples)),
        _ => throw new InvalidOperationException($"The run is {(RunStatus)state.Status}."),
    };
}
