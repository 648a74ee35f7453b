using System.CommandLine;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Theory;

namespace ParityGpu.Cli.Theory;

/// <summary>parity theory baselines: random search, statistical queries, fixed features.</summary>
internal static class BaselinesCommand
{
    /// <summary>Maximum number of inputs, so that C(n, k) stays within a double.</summary>
    private const int MaxInputs = 1000;

    private static readonly ResultTable<Row> Table = new(
        new("n", row => row.N, "n"),
        new("k", row => row.K, "k"),
        new("copies", row => row.Copies, "copies"),
        new("subsets", row => FourierCoefficients.Binomial(row.N, row.K)),
        new("paper", row => Baselines.PaperRandomSearch(row.N, row.K, row.Copies), "1+C/r", row => Number(Baselines.PaperRandomSearch(row.N, row.K, row.Copies))),
        new("mean", row => Baselines.RandomSearchMean(row.N, row.K, row.Copies), "mean", row => Number(Baselines.RandomSearchMean(row.N, row.K, row.Copies))),
        Quantile("q05", "5%", 0.05),
        Quantile("q1", "q1", 0.25),
        Quantile("median", "median", 0.5),
        Quantile("q3", "q3", 0.75),
        Quantile("q95", "95%", 0.95),
        new("tolerance", row => row.Tolerance),
        new("queries", row => Baselines.StatisticalQueries(row.N, row.K, row.Tolerance)),
        new("labels", row => Baselines.InformationBound(row.N, row.K)),
        new("epsilon", row => row.Epsilon),
        new("fixedFeatures", row => Baselines.FixedFeatures(row.N, row.K, row.Epsilon)));

    public static Command Create()
    {
        Option<int> n = TheoryOptions.Value("--n", "inputs", new IntegerKind<int>(1, MaxInputs), 30);
        Option<int> k = TheoryOptions.Value("--k", "parity degree, at most n", new IntegerKind<int>(1, MaxInputs), 3);
        Option<ValueList<long>> copies = TheoryOptions.List(
            "--copies", "searches run in parallel", new IntegerKind<long>(1, 1_000_000_000_000), 1L, 10L, 100L, 1000L);
        Option<double> tolerance = TheoryOptions.Value("--tolerance", "tolerance of a statistical query", new RealKind(1e-9, 1), 0.01);
        Option<double> epsilon = TheoryOptions.Value("--epsilon", "fixed features must reach a hinge loss below 1-epsilon", new RealKind(1e-9, 1), 0.1);
        Option<string> format = TheoryOptions.Format();
        var command = new Command("baselines", "Steps of random search, and lower bounds for statistical queries and fixed features.")
        {
            n,
            k,
            copies,
            tolerance,
            epsilon,
            format,
        };
        command.SetAction(parsed =>
        {
            int inputs = parsed.GetValue(n);
            int degree = parsed.GetValue(k);
            if (degree > inputs)
                throw new UserErrorException($"--k {degree}: must be at most n (n = {inputs})");

            Row[] rows =
            [
                .. parsed.GetValue(copies)!.Values.Select(
                    r => new Row(inputs, degree, r, parsed.GetValue(tolerance), parsed.GetValue(epsilon))),
            ];
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(format) == "text")
                ScreenText.Write(output, "steps of random search: the paper's 1+C(n,k)/r, and the exact mean and quantiles of the geometric distribution");

            Table.Write(output, parsed.GetValue(format)!, rows);
            if (parsed.GetValue(format) == "text")
                WriteBounds(output, rows[0]);

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteBounds(TextWriter output, Row row)
    {
        output.WriteLine();
        ScreenText.Write(output, $"C(n,k) = {FourierCoefficients.Binomial(row.N, row.K)} parities, pairwise orthogonal: the statistical-query dimension");
        ScreenText.Write(output, $"labels needed to identify one, log2 C(n,k): {Baselines.InformationBound(row.N, row.K)}");
        ScreenText.Write(
            output, $"queries of tolerance {row.Tolerance}, (C(n,k)-1)*tolerance^2: {Number(Baselines.StatisticalQueries(row.N, row.K, row.Tolerance))}");
        ScreenText.Write(
            output,
            $"D*R^2 of fixed features for hinge loss below 1-{row.Epsilon}, epsilon^2*C(n,k) (theorem 5): {Number(Baselines.FixedFeatures(row.N, row.K, row.Epsilon))}");
    }

    private static Field<Row> Quantile(string name, string heading, double probability) =>
        new(name, row => Baselines.RandomSearchQuantile(row.N, row.K, row.Copies, probability), heading, row =>
            Number(Baselines.RandomSearchQuantile(row.N, row.K, row.Copies, probability)));

    private static string Number(double value) => value < 1e9 ? $"{value:0.###}" : $"{value:0.0000e+0}";

    private sealed record Row(int N, int K, long Copies, double Tolerance, double Epsilon);
}
