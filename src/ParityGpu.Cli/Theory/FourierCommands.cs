using System.CommandLine;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Theory;

namespace ParityGpu.Cli.Theory;

/// <summary>parity theory majority, parity theory threshold: Fourier coefficients in closed form.</summary>
internal static class FourierCommands
{
    /// <summary>Maximum number of inputs, so that exact fractions of 2^n stay fast and readable.</summary>
    private const int MaxInputs = 255;

    private static readonly ResultTable<Gap> Gaps = new(
        new("n", row => row.N, "n"),
        new("k", row => row.K, "k"),
        new("relevant", row => row.Relevant.ToString(), "xi(k-1)"),
        new("irrelevant", row => row.Irrelevant.ToString(), "xi(k+1)"),
        new("gap", row => row.Value.ToString(), "gap"),
        new("gapDecimal", row => row.Value.ToDouble(), "decimal", row => Decimal(row.Value)));

    private static readonly ResultTable<Coefficient> Coefficients = new(
        new("n", row => row.N, "n"),
        new("theta", row => row.Theta, "theta"),
        new("degree", row => row.Degree, "degree"),
        new("coefficient", row => row.Value.ToString(), "coefficient"),
        new("coefficientDecimal", row => row.Value.ToDouble(), "decimal", row => Decimal(row.Value)));

    public static Command Majority()
    {
        Option<int> n = TheoryOptions.Value("--n", "inputs, odd", new IntegerKind<int>(3, MaxInputs), 15);
        Option<int[]?> k = TheoryOptions.OptionalList("--k", "parity degrees, even", new IntegerKind<int>(2, MaxInputs - 1), "all");
        Option<string> format = TheoryOptions.Format();
        var command = new Command("majority", "Fourier gaps |xi(k-1)| - |xi(k+1)| of the majority of n inputs, as exact fractions.")
        {
            n,
            k,
            format,
        };
        command.SetAction(parsed =>
        {
            int inputs = parsed.GetValue(n);
            RequireOdd(inputs);
            int[] degrees = parsed.GetValue(k) is { Length: > 0 } given
                ? given
                : [.. Enumerable.Range(1, (inputs - 1) / 2).Select(half => 2 * half)];
            foreach (int degree in degrees)
                RequireEven(degree, inputs);

            Gaps.Write(
                parsed.InvocationConfiguration.Output,
                parsed.GetValue(format)!,
                [.. degrees.Select(degree => new Gap(
                    inputs,
                    degree,
                    FourierCoefficients.Majority(inputs, degree - 1),
                    FourierCoefficients.Majority(inputs, degree + 1),
                    FourierCoefficients.MajorityGap(inputs, degree)))]);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Threshold()
    {
        Option<int> n = TheoryOptions.Value("--n", "inputs", new IntegerKind<int>(1, MaxInputs), 15);
        Option<ValueList<int>> theta = TheoryOptions.List("--theta", "thresholds", new IntegerKind<int>(-MaxInputs, MaxInputs), 0);
        Option<string> format = TheoryOptions.Format();
        var command = new Command("threshold", "Fourier coefficients of [x_1 + ... + x_n > theta] for each degree, as exact fractions.")
        {
            n,
            theta,
            format,
        };
        command.SetAction(parsed =>
        {
            int inputs = parsed.GetValue(n);
            Coefficients.Write(
                parsed.InvocationConfiguration.Output,
                parsed.GetValue(format)!,
                [
                    .. from threshold in parsed.GetValue(theta)!.Values
                       from degree in Enumerable.Range(0, inputs + 1)
                       select new Coefficient(inputs, threshold, degree, FourierCoefficients.Threshold(inputs, threshold, degree)),
                ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <exception cref="UserErrorException">n is even.</exception>
    public static void RequireOdd(int n)
    {
        if (n % 2 == 0)
            throw new UserErrorException($"--n {n}: must be odd, so that there is a majority");
    }

    /// <exception cref="UserErrorException">k is odd, or not below n.</exception>
    public static void RequireEven(int k, int n)
    {
        if (k % 2 != 0 || k > n - 1)
            throw new UserErrorException($"--k {k}: must be even and at most n-1 (n = {n})");
    }

    public static string Decimal(Fraction value) => $"{value.ToDouble():0.0000000000}";

    private sealed record Gap(int N, int K, Fraction Relevant, Fraction Irrelevant, Fraction Value);

    private sealed record Coefficient(int N, int Theta, int Degree, Fraction Value);
}
