using System.Collections.Immutable;
using MessagePack;
using ParityGpu.Specs;
using static ParityGpu.Logs.LogMessageReader;

namespace ParityGpu.Logs;

/// <summary>The columns of a curve, in whatever order they come.</summary>
internal sealed class CurveColumns
{
    /// <summary>Name of the column with the steps at which a run learned its tasks.</summary>
    public const string TaskSteps = "taskSteps";

    /// <summary>Name of the column with the tasks' losses at the run's end.</summary>
    public const string TaskLosses = "taskLosses";

    /// <summary>Name of the column with the tasks' losses at all points of the curve.</summary>
    public const string TaskCurves = "taskCurves";

    private readonly double[]?[] columns = new double[]?[CurveMeasure.All.Length];
    private long[]? steps;
    private long[]? taskSteps;
    private double[]? taskLosses;
    private double[]? taskCurves;

    public bool Read(ref MessagePackReader reader, string name)
    {
        int column = Array.FindIndex(CurveMeasure.All, measure => measure.Name == name);
        if (column >= 0)
            columns[column] = ReadColumn(ref reader, RunCurve.MaxPoints);
        else if (name == "steps")
            steps = ReadSteps(ref reader);
        else if (name == TaskSteps)
            taskSteps = ReadTaskSteps(ref reader);
        else if (name == TaskLosses)
            taskLosses = ReadColumn(ref reader, TaskList.Most);
        else if (name == TaskCurves)
            taskCurves = ReadColumn(ref reader, RunCurve.MaxTaskCurves);
        else
            return false;

        return true;
    }

    public RunCurve ToCurve()
    {
        long[] at = steps ?? throw Missing("steps");
        bool hasGap = columns[Array.IndexOf(CurveMeasure.All, CurveMeasure.Gap)] is not null;
        var curve = new RunCurve([], hasGap)
        {
            HasNorms = CurveMeasure.HasNorms(HasColumn),
            Monomials = CurveMeasure.Monomials(HasColumn),
            Tasks = Tasks(),
            TaskCurves = [.. (taskCurves ?? []).Select(loss => (float)loss)],
        };
        foreach ((int index, double[]? column) in columns.Index())
        {
            CurveMeasure measure = CurveMeasure.All[index];
            if (column is null && measure.IsOf(curve))
                throw Missing(measure.Name);

            if (column is not null && column.Length != at.Length)
                throw new InvalidDataException($"'{measure.Name}' is not as long as 'steps'");
        }

        if (taskCurves is not null && taskCurves.Length != (long)at.Length * curve.Tasks.Length)
            throw new InvalidDataException($"'{TaskCurves}' is not one loss of each task at each of 'steps'");

        return curve with { Points = [.. at.Select((step, i) => CurveMeasure.Point(step, column => columns[column]?[i] ?? double.NaN))] };
    }

    private bool HasColumn(int column) => columns[column] is not null;

    private ImmutableArray<TaskRecord> Tasks()
    {
        if (taskSteps?.Length != taskLosses?.Length)
            throw new InvalidDataException($"'{TaskSteps}' is not as long as '{TaskLosses}'");

        return [.. (taskSteps ?? []).Zip(taskLosses ?? [], (learned, loss) => new TaskRecord(learned, (float)loss))];
    }

    private static long[] ReadTaskSteps(ref MessagePackReader reader)
    {
        long[] values = new long[ReadLength(ref reader, TaskList.Most)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadInt64();
            if (values[i] < TaskRecord.Never)
                throw new InvalidDataException($"a task learned at step {values[i]}");
        }

        return values;
    }

    private static long[] ReadSteps(ref MessagePackReader reader)
    {
        long[] values = new long[ReadLength(ref reader, RunCurve.MaxPoints)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadInt64();
            if (i > 0 && values[i] <= values[i - 1])
                throw new InvalidDataException("the steps of a curve do not ascend");
        }

        return values;
    }

    private static double[] ReadColumn(ref MessagePackReader reader, int most)
    {
        double[] values = new double[ReadLength(ref reader, most)];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();

        return values;
    }

    private static int ReadLength(ref MessagePackReader reader, int most)
    {
        int length = reader.ReadArrayHeader();
        return length >= 1 && length <= most
            ? length
            : throw new InvalidDataException($"a curve with a column of {length} values");
    }
}
