using System.Collections.Concurrent;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Runs;

/// <summary>A task of a run.</summary>
/// <param name="Controls">Numbers of the control bits that it sets, among the network's inputs from 0.</param>
/// <param name="Inputs">Numbers of the inputs whose parity is its label, from 0.</param>
/// <param name="Frequency">Fraction of the samples that belong to it.</param>
public sealed record PlannedTask(int[] Controls, int[] Inputs, double Frequency);

/// <summary>The tasks of a point (kernels/NUMERICS.md, tasks).</summary>
public static class TaskPlan
{
    private static readonly ConcurrentDictionary<(int Tasks, double Exponent), double[]> Powers = [];

    /// <summary>The tasks in order; empty if the point has none.</summary>
    public static PlannedTask[] Of(Point point)
    {
        double[] frequencies = Frequencies(point);
        return [.. Inputs(point).Select((inputs, task) => new PlannedTask(Controls(point, task), inputs, frequencies[task]))];
    }

    /// <summary>The fraction of the samples that belong to each task.</summary>
    public static double[] Frequencies(Point point)
    {
        TaskList list = point.Tasks;
        double[] weights = point.TaskBatch == TaskBatch.Equal
            ? [.. Enumerable.Repeat(1.0, list.Count)]
            : list.IsDrawn ? Powers.GetOrAdd((list.Count, -(point.Zipf + 1)), PowersOf) : [.. list.Listed.Select(task => task.Weight)];
        double all = weights.Sum();
        return [.. weights.Select(weight => weight / all)];
    }

    /// <summary>The mean of the tasks' losses, weighted by their frequencies.</summary>
    public static double MeanLoss(double[] frequencies, ReadOnlySpan<float> losses)
    {
        double mean = 0;
        for (int task = 0; task < losses.Length; task++)
            mean += frequencies[task] * losses[task];

        return mean;
    }

    /// <summary>The numbers, from 0, of each task's inputs; drawn lazily.</summary>
    public static IEnumerable<int[]> Inputs(Point point) => point.Tasks.IsDrawn
        ? Drawn(point)
        : point.Tasks.Listed.Select(task => task.Inputs.Select(input => input - 1).ToArray());

    /// <summary>The tasks as the kernels read them (<see cref="TaskLayout"/>).</summary>
    /// <param name="point">The point.</param>
    /// <param name="shape">Its shape.</param>
    public static int[] Entries(Point point, in LaunchShape shape)
    {
        PlannedTask[] tasks = Of(point);
        int[] entries = new int[TaskLayout.Entries(shape)];
        Array.Fill(entries, TaskLayout.None);
        double below = 0;
        for (int task = 0; task < tasks.Length; task++)
        {
            below += tasks[task].Frequency;
            entries[task] = unchecked((int)RunPlan.Probability(below));
            tasks[task].Controls.CopyTo(entries, TaskLayout.Control(shape, task, 0));
            tasks[task].Inputs.CopyTo(entries, TaskLayout.Input(shape, task, 0));
        }

        return entries;
    }

    private static double[] PowersOf((int Tasks, double Exponent) law) =>
        [.. Enumerable.Range(1, law.Tasks).Select(i => PortablePower.Of(i, law.Exponent))];

    private static int[] Controls(Point point, int task) => point.Tasks.IsDrawn
        ? [point.N + task]
        : [.. point.Tasks.Listed[task].Controls.Select(control => point.N + control - 1)];

    /// <summary>Distinct sets of k inputs, each ascending.</summary>
    private static IEnumerable<int[]> Drawn(Point point)
    {
        var known = new HashSet<string>();
        for (uint attempt = 0; known.Count < point.Tasks.Count; attempt++)
        {
            int[] inputs = RunPlan.Shuffled(point.N, point.K, draw => RandomStreams.TaskSubsetDraw((ulong)point.TaskSeed, attempt, (uint)draw).W0);
            Array.Sort(inputs);
            if (known.Add(string.Join(',', inputs)))
                yield return inputs;
        }
    }
}
