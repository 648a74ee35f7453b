using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Figures.SearchedSettings;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// The table of section 3.1: which networks learn which parities under which loss and initialisation.
/// </summary>
internal sealed class SuccessTable() : Experiment(
    "table-3.1",
    "Networks that learn sparse parities",
    "Every network learns with every loss and initialisation: at some batch size and rate at least 20 % of 25 runs are solved within 100,000 steps.",
    "section 3.1")
{
    public override string Differences =>
        "The paper's grid of 11 batch sizes and 4 rates is trained at paper scale. Laptop scale trains one batch and rate for each "
        + "combination, found in a search of ours, and leaves out those for which it found none within 20,000 steps, or only large "
        + "batches over many of them.";

    private const double Enough = SuccessSettings.Enough / (double)SuccessSettings.Seeds;

    /// <summary>Limits on the steps, on steps · batch, and on steps · batch · width, of a run at laptop scale.</summary>
    private const long LongestAtLaptop = 20_000;
    private const double MostSamplesAtLaptop = 1e7;
    private const double LargestAtLaptop = 1e9;

    private static readonly Loss[] Losses = [Loss.Hinge, Loss.Square, Loss.Logistic];
    private static readonly Init[] Inits = [Init.XavierUniform, Init.KaimingNormal, Init.Sign];
    private static readonly string[] SmokeNetworks = ["(ii)", "(xiv)", "(xv)"];

    /// <summary>A combination of the table and the result of its best batch size and rate; null if none was run.</summary>
    private sealed record Cell(TableNetwork Network, int N, int K, Loss Loss, Init Init, PointRuns? Best)
    {
        public double? Rate => Best is null ? null : Best.Times.Solved / (double)Best.Times.Runs;

        /// <summary>Lower end of Wilson's 95 % interval for the solved fraction.</summary>
        public double? Least => Best is null ? null : WilsonInterval.Of(Best.Times.Solved, Best.Times.Runs).Low;
    }

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        if (scale == Scale.Paper)
        {
            return
            [
                .. from network in SuccessSettings.Networks
                from k in new[] { 2, 3, 4 }
                let grid = new SweepSpec
                {
                    N = [10, 20, 30], Loss = [.. Losses], Init = [.. Inits], Batch = [.. Enumerable.Range(0, 11).Select(power => 1 << power)],
                    Lr = [0.001, 0.01, 0.1, 1], Seeds = SuccessSettings.Seeds, MaxSteps = 100_000,
                }
                select new ExperimentSweep($"{network.Name.Trim('(', ')').Replace("*", "star-")}-k{k}", network.Of(grid, k)),
            ];
        }

        IEnumerable<FoundSetting> found = SuccessSettings.All.Where(setting => setting.Solved >= SuccessSettings.Enough && IsSmall(setting.Setting));
        if (scale == Scale.Smoke)
            found = found.Where(setting => setting.Setting.N[0] == 10 && SmokeNetworks.Contains(setting.Network.Name));

        return [.. SweepUnion.Of(found.Select(setting => setting.Setting)).Select((spec, i) => new ExperimentSweep($"part-{i + 1:00}", spec))];
    }

    private static bool IsSmall(SweepSpec spec)
    {
        double samples = (double)spec.MaxSteps * spec.Batch[0];
        return spec.MaxSteps <= LongestAtLaptop && samples <= MostSamplesAtLaptop && samples * spec.Width[0] <= LargestAtLaptop;
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Cell[] cells = [.. Cells(data)];
        (int N, int K)[] problems = [.. cells.Select(cell => (cell.N, cell.K)).Distinct()];
        TableNetwork[] networks = [.. cells.Select(cell => cell.Network).Distinct()];
        PlotModel[] panels = [.. problems.Select((problem, i) => Map(problem, networks, cells, scale: i == problems.Length - 1))];
        int columns = Math.Min(3, panels.Length);
        string caption = "Solved percentage of 25 runs at the best batch size and rate, by network (from (i) on; the number is the width), loss and initialisation. "
            + "*: 20 % or more, but Wilson's 95 % interval begins below 20 %; in brackets: below 20 %; ×: not run"
            + (data.Scale == Scale.Paper ? "." : ", since no setting is known that succeeds within 20,000 steps and is quick. Batch sizes and rates are those of a search (numbers).");
        return new ExperimentResult(
            new Figure(Title, caption, panels, Numbers(cells)) { Columns = columns, Width = Math.Max(760, 590 * columns), RowHeight = 190 + (26 * networks.Length) },
            Judge(cells));
    }

    private static IEnumerable<Cell> Cells(ExperimentData data)
    {
        (int N, int K)[] problems = data.Scale switch
        {
            Scale.Smoke => [(10, 2)],
            Scale.Laptop => [(10, 2), (20, 3), (30, 3)],
            _ => [.. from k in new[] { 2, 3, 4 } from n in new[] { 10, 20, 30 } select (n, k)],
        };
        ILookup<(int, int, Loss, Init), PointRuns> runs =
            data.All.ToLookup(entry => (entry.Point.N, entry.Point.K, entry.Point.Loss, entry.Point.Init));
        return
            from problem in problems
            from network in SuccessSettings.Networks
            where data.Scale != Scale.Smoke || SmokeNetworks.Contains(network.Name)
            from loss in Losses
            from init in Inits
            select new Cell(
                network, problem.N, problem.K, loss, init,
                runs[(problem.N, problem.K, loss, init)].Where(entry => network.Is(entry.Point))
                    .OrderByDescending(entry => entry.Times.Solved).ThenBy(entry => entry.Times.Mean).FirstOrDefault());
    }

    private static PlotModel Map((int N, int K) problem, TableNetwork[] networks, Cell[] cells, bool scale)
    {
        (Loss Loss, Init Init)[] columns = [.. from loss in Losses from init in Inits select (loss, init)];
        TableNetwork[] rows = [.. networks.Reverse()];
        Cell Of(int column, int row) =>
            cells.Single(cell => (cell.N, cell.K) == problem && cell.Network == rows[row] && (cell.Loss, cell.Init) == columns[column]);
        var rates = new double?[columns.Length, rows.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            for (int row = 0; row < rows.Length; row++)
                rates[column, row] = Of(column, row).Rate;
        }

        CategoryAxis x = SuccessMapPlot.Categories(AxisPosition.Bottom, "loss, initialisation", columns.Select(pair => $"{Short(pair.Loss)}, {Short(pair.Init)}"));
        x.Angle = -60;
        CategoryAxis y = SuccessMapPlot.Categories(AxisPosition.Left, "", rows.Select(network => $"{network.Name} {network.Label}"));
        return SuccessMapPlot.Map($"n = {problem.N}, k = {problem.K}", x, y, rates, scale, (column, row) => Text(Of(column, row)));
    }

    private static string Text(Cell cell) =>
        cell.Rate < Enough ? $"({SuccessMapPlot.Percent(cell.Rate)})" : SuccessMapPlot.Percent(cell.Rate) + (cell.Least < Enough ? "*" : "");

    private static string Short(Loss loss) => loss.ToString().ToLowerInvariant();

    private static string Short(Init init) => init switch
    {
        Init.XavierUniform => "Xavier",
        Init.KaimingNormal => "Kaiming",
        _ => "sign",
    };

    private static NumberTable Numbers(Cell[] cells) => new(
        ["network", "description", "n", "k", "loss", "init", "batch", "lr", "maxSteps", "seeds", "solved", "successRate", "wilsonLow", "median"],
        from cell in cells
        let point = cell.Best?.Point
        select (object?[])
        [
            cell.Network.Name, cell.Network.Label, cell.N, cell.K, Short(cell.Loss), Short(cell.Init), point?.Batch, point?.LearningRate, point?.MaxSteps,
            cell.Best?.Times.Runs, cell.Best?.Times.Solved, cell.Rate, cell.Least, cell.Best?.Times.Quantile(0.5),
        ]);

    /// <summary>Combinations that were not run leave the claim open, unless one that was run contradicts it.</summary>
    private static Verdict Judge(Cell[] cells)
    {
        Cell[] run = [.. cells.Where(cell => cell.Best is not null)];
        Cell[] failed = [.. run.Where(cell => cell.Rate < Enough)];
        string evidence = $"{run.Length - failed.Length} of {run.Length} combinations run are solved by at least {100 * Enough:0} % of 25 seeds, "
            + $"{run.Count(cell => cell.Least >= Enough)} of them reliably (Wilson's 95 % interval begins above {100 * Enough:0} %); "
            + $"{cells.Length - run.Length} of {cells.Length} were not run"
            + (failed.Length == 0 ? "" : "; failed: " + string.Join(", ", failed.Select(
                cell => $"{cell.Network.Name} n = {cell.N} k = {cell.K} {Short(cell.Loss)} {Short(cell.Init)}")));
        return failed.Length == 0 && run.Length < cells.Length ? Verdict.Undecided(evidence) : Verdict.Of(failed.Length == 0, evidence);
    }
}
