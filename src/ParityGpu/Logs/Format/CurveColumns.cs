using MessagePack;
using ParityGpu.Specs;
using static ParityGpu.Logs.LogMessageReader;

namespace ParityGpu.Logs;

/// <summary>The columns of a curve, in whatever order they come.</summary>
internal sealed class CurveColumns
{
    private readonly double[]?[] columns = new double[]?[CurveMeasure.All.Length];
    private long[]? steps;

    public bool Read(ref MessagePackReader reader, string name)
    {
        int column = Array.FindIndex(CurveMeasure.All, measure => measure.Name == name);
        if (column >= 0)
            columns[column] = ReadColumn(ref reader);
        else if (name == "steps")
            steps = ReadSteps(ref reader);
        else
            return false;

        return true;
    }

    public RunCurve ToCurve()
    {
        long[] at = steps ?? throw Missing("steps");
        bool hasGap = columns[^1] is not null;
        columns[^1] ??= [.. Enumerable.Repeat(double.NaN, at.Length)];
        foreach ((int index, double[]? column) in columns.Index())
        {
            string name = CurveMeasure.All[index].Name;
            if ((column ?? throw Missing(name)).Length != at.Length)
                throw new InvalidDataException($"'{name}' is not as long as 'steps'");
        }

        return new RunCurve([.. at.Select((step, i) => CurveMeasure.Point(step, column => columns[column]![i]))], hasGap);
    }

    private static long[] ReadSteps(ref MessagePackReader reader)
    {
        long[] values = new long[ReadLength(ref reader)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadInt64();
            if (i > 0 && values[i] <= values[i - 1])
                throw new InvalidDataException("the steps of a curve do not ascend");
        }

        return values;
    }

    private static double[] ReadColumn(ref MessagePackReader reader)
    {
        double[] values = new double[ReadLength(ref reader)];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();

        return values;
    }

    private static int ReadLength(ref MessagePackReader reader)
    {
        int length = reader.ReadArrayHeader();
        return length is >= 1 and <= RunCurve.MaxPoints
            ? length
            : throw new InvalidDataException($"a curve of {length} points");
    }
}
