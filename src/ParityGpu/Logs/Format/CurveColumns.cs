using System.Collections.Immutable;
using MessagePack;
using ParityGpu.Specs;
using static ParityGpu.Logs.LogMessageReader;

namespace ParityGpu.Logs;

/// <summary>The columns of a curve, in whatever order they come.</summary>
internal struct CurveColumns
{
    private long[]? steps;
    private double[]? trainLoss;
    private double[]? trainAccuracy;
    private double[]? accuracy;
    private double[]? movement;
    private double[]? relevant;
    private double[]? irrelevant;
    private double[]? gap;

    public bool Read(ref MessagePackReader reader, string name)
    {
        switch (name)
        {
            case "steps":
                steps = ReadSteps(ref reader);
                return true;
            case "trainLoss":
                trainLoss = ReadColumn(ref reader);
                return true;
            case "trainAccuracy":
                trainAccuracy = ReadColumn(ref reader);
                return true;
            case "accuracy":
                accuracy = ReadColumn(ref reader);
                return true;
            case "movement":
                movement = ReadColumn(ref reader);
                return true;
            case "movementRelevant":
                relevant = ReadColumn(ref reader);
                return true;
            case "movementIrrelevant":
                irrelevant = ReadColumn(ref reader);
                return true;
            case "gap":
                gap = ReadColumn(ref reader);
                return true;
            default:
                return false;
        }
    }

    public readonly RunCurve ToCurve()
    {
        long[] at = steps ?? throw Missing("steps");
        double[] loss = OfLength(trainLoss, "trainLoss", at.Length);
        double[] trained = OfLength(trainAccuracy, "trainAccuracy", at.Length);
        double[] heldOut = OfLength(accuracy, "accuracy", at.Length);
        double[] rho = OfLength(movement, "movement", at.Length);
        double[] inside = OfLength(relevant, "movementRelevant", at.Length);
        double[] outside = OfLength(irrelevant, "movementIrrelevant", at.Length);
        double[]? gaps = gap is null ? null : OfLength(gap, "gap", at.Length);
        var points = ImmutableArray.CreateBuilder<CurvePoint>(at.Length);
        for (int i = 0; i < at.Length; i++)
        {
            points.Add(new CurvePoint(
                at[i], (float)loss[i], trained[i], heldOut[i], (float)rho[i], (float)inside[i], (float)outside[i],
                gaps is null ? float.NaN : (float)gaps[i]));
        }

        return new RunCurve(points.MoveToImmutable(), gaps is not null);
    }

    private static double[] OfLength(double[]? column, string name, int length)
    {
        double[] values = column ?? throw Missing(name);
        return values.Length == length ? values : throw new InvalidDataException($"'{name}' is not as long as 'steps'");
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
