using System.CommandLine;
using MathNet.Numerics.Statistics;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Theory;

namespace ParityGpu.Cli.Theory;

/// <summary>Initial weights of a gradient flow.</summary>
internal enum FlowInit { Sign, Normal }

/// <summary>parity theory flow: how late the error of gradient flow starts to fall (paper, theorem 6).</summary>
internal static class FlowCommand
{
    private const int MaxBlockInputs = 1 << 20;

    private static readonly ResultTable<Row> Table = new(
        new("k", row => row.Times.K, "k"),
        new("blockInputs", row => row.Times.BlockInputs, "n'"),
        new("timeToError", row => row.Times.TimeToError, "T(error)", row => Number(row.Times.TimeToError)),
        new("timeToZero", row => row.Times.TimeToZero, "T(0)", row => Number(row.Times.TimeToZero)),
        new("remaining", row => row.Times.Remaining, "1-T(error)/T(0)", row => Number(row.Times.Remaining)),
        new("exponent", row => row.Exponent),
        new("theorem6", row => 1 - (row.Times.K / 2.0)));

    public static Command Create()
    {
        Option<ValueList<int>> k = TheoryOptions.List("--k", "blocks", new IntegerKind<int>(3, 16), 3, 4, 5);
        Option<ValueList<int>> blockInputs = TheoryOptions.List(
            "--n-block", "inputs per block n', two or more values", new IntegerKind<int>(16, MaxBlockInputs), 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072);
        Option<double> error = TheoryOptions.Value(
            "--error", "0-1 error; the time to reach it is compared with the time to reach 0", new RealKind(0.001, 0.499), 0.49);
        Option<FlowInit> init = TheoryOptions.Value(
            "--init", "all |w| = 1/sqrt(n'), or Gaussian of variance 1/n'", new NameKind<FlowInit>(), FlowInit.Sign);
        Option<int> seeds = TheoryOptions.Value(
            "--seeds", "flows per row with --init normal; their medians are shown", new IntegerKind<int>(1, 10_000), 31);
        Option<string> format = TheoryOptions.Format();
        var command = new Command(
            "flow", "Disjoint-PolyNet gradient flow: 1 - T(error)/T(0) and its power of n', beside theorem 6's n'^(1-k/2).")
        {
            k,
            blockInputs,
            error,
            init,
            seeds,
            format,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(init) != FlowInit.Normal)
                TheoryOptions.RefuseIdle(parsed, seeds, "--init normal");

            int[] sizes = [.. parsed.GetValue(blockInputs)!.Values.Order()];
            if (sizes.Length < 2)
                throw new UserErrorException($"--n-block {sizes[0]}: must be two or more values, so that a power law can be fitted");

            var rows = new List<Row>();
            foreach (int degree in parsed.GetValue(k)!.Values)
            {
                FlowTimes[] times =
                [
                    .. sizes.Select(size => parsed.GetValue(init) == FlowInit.Sign
                        ? FlowTimes.Of(GradientFlow.FromSigns(degree, size), degree, size, parsed.GetValue(error))
                        : Median(degree, size, parsed.GetValue(error), parsed.GetValue(seeds))),
                ];
                double exponent = FlowTimes.Exponent(times);
                rows.AddRange(times.Select(t => new Row(t, exponent)));
            }

            TextWriter output = parsed.InvocationConfiguration.Output;
            Table.Write(output, parsed.GetValue(format)!, rows);
            if (parsed.GetValue(format) == "text")
                WriteExponents(output, rows);

            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Medians over seeds, computed for each column separately.</summary>
    private static FlowTimes Median(int k, int size, double error, int seeds)
    {
        FlowTimes[] flows =
            [.. Enumerable.Range(0, seeds).Select(seed => FlowTimes.Of(GradientFlow.FromNormals(k, size, seed), k, size, error))];
        return new FlowTimes(
            k,
            size,
            flows.Select(flow => flow.TimeToError).Median(),
            flows.Select(flow => flow.TimeToZero).Median(),
            flows.Select(flow => flow.Remaining).Median());
    }

    private static void WriteExponents(TextWriter output, IEnumerable<Row> rows)
    {
        output.WriteLine();
        var table = new TextTable("k", "fitted power of n'", "1-k/2");
        foreach (Row row in rows.DistinctBy(row => row.Times.K))
            table.Add($"{row.Times.K}", $"{row.Exponent:0.0000}", $"{1 - (row.Times.K / 2.0):0.0}");

        table.Write(output);
    }

    private static string Number(double value) => $"{value:0.000000e+0}";

    private sealed record Row(FlowTimes Times, double Exponent);
}
