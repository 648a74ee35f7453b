namespace ParityGpu.Tests;

/// <summary>
/// How thorough random tests are: a tenth of their full number of cases, or PARITY_TEST_SCALE tenths.
/// </summary>
internal static class TestScale
{
    private static readonly int Tenths =
        int.TryParse(Environment.GetEnvironmentVariable("PARITY_TEST_SCALE"), out int tenths) && tenths > 0 ? tenths : 1;

    /// <summary>The number of cases of a test that has so many at full scale.</summary>
    public static int Cases(int full) => Math.Max(1, full * Tenths / 10);
}
