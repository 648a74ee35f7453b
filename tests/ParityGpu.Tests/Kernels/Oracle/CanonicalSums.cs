namespace ParityGpu.Tests.Kernels;

/// <summary>The orders in which NUMERICS.md adds.</summary>
internal static class CanonicalSums
{
    /// <summary>s ← fma(a_i, b_i, s) for i = 0, 1, …</summary>
    public static float Chain(int count, float start, Func<int, (float A, float B)> factors)
    {
        float sum = start;
        for (int i = 0; i < count; i++)
        {
            (float a, float b) = factors(i);
            sum = MathF.FusedMultiplyAdd(a, b, sum);
        }

        return sum;
    }

    /// <summary>Terms in groups of four: ((t_0 + t_1) + t_2) + t_3, each group added to what there is.</summary>
    public static float Fours(int count, float start, Func<int, float> term)
    {
        float total = start;
        for (int first = 0; first < count; first += 4)
        {
            float sum = term(first);
            for (int i = first + 1; i < Math.Min(first + 4, count); i++)
                sum += term(i);

            total += sum;
        }

        return total;
    }

    /// <summary>Σ_i a_i·b_i by fma in 16 lanes and a halving tree.</summary>
    public static float Tree(int count, Func<int, (float A, float B)> factors)
    {
        var lanes = new float[16];
        for (int i = 0; i < count; i++)
        {
            (float a, float b) = factors(i);
            lanes[i % 16] = MathF.FusedMultiplyAdd(a, b, lanes[i % 16]);
        }

        for (int half = 8; half >= 1; half /= 2)
        {
            for (int l = 0; l < half; l++)
                lanes[l] += lanes[l + half];
        }

        return lanes[0];
    }

    /// <summary>Columns of rows of one length.</summary>
    public static T[][] Transposed<T>(this T[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Select(row => row[i]).ToArray())];
}
