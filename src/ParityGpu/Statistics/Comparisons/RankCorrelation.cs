using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Kendall's τ of the times of pairs, over the pairs of seeds whose order is known on both sides (D. Oakes, Biometrics 38, 1982): a
/// censored run comes after those solved by then, and a diverged one after all solved ones.
/// </summary>
public static class RankCorrelation
{
    /// <summary>Maximum number of seeds compared: the number of their pairs is half its square.</summary>
    private const int MostSeeds = 2000;

    /// <summary>τ from −1 to 1; null if no order is known on both sides.</summary>
    public static double? Kendall(SeedPairs pairs)
    {
        (SeedTime A, SeedTime B)[] times = [.. pairs.Times.Take(MostSeeds)];
        long sum = 0;
        long known = 0;
        for (int i = 0; i < times.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int product = Order(times[i].A, times[j].A) * Order(times[i].B, times[j].B);
                sum += product;
                known += product * product;
            }
        }

        return known > 0 ? sum / (double)known : null;
    }

    /// <summary>1 if the first is later, −1 if it is earlier, 0 if that is unknown or they are equal.</summary>
    private static int Order(SeedTime one, SeedTime other) => IsLater(one, other) ? 1 : IsLater(other, one) ? -1 : 0;

    private static bool IsLater(SeedTime one, SeedTime other) =>
        other.Outcome == Outcome.Solved && (one.Outcome == Outcome.Diverged || (one.IsCensored ? one.Steps >= other.Steps : one.Steps > other.Steps));
}
