using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.SearchedSettings;

/// <summary>A network of section 3.1.</summary>
/// <param name="Name">The paper's number.</param>
/// <param name="Label">Its description.</param>
/// <param name="Model">Family.</param>
/// <param name="Activation">Hidden activation of a two-layer network.</param>
/// <param name="Width">Hidden units; null for k, the smallest number that can represent parity.</param>
/// <param name="Output">Whether there is a second layer.</param>
internal sealed record TableNetwork(
    string Name, string Label, Model Model, Activation Activation, int? Width, OutputLayer Output = OutputLayer.Trained)
{
    /// <summary>Whether a point trains this network.</summary>
    public bool Is(Point point) => point.Model == Model
        && (Model == Model.Polynet || (point.Activation == Activation && point.Output == Output && point.Width == (Width ?? point.K)));

    /// <summary>The setting with this network, whose k is known.</summary>
    public SweepSpec Of(SweepSpec setting, int k) =>
        setting with { K = [k], Model = [Model], Activation = [Activation], Width = [Width ?? k], Output = [Output] };
}

/// <summary>A batch size and a rate with which a network learned.</summary>
/// <param name="Network">Which network.</param>
/// <param name="Setting">The sweep: one point, 25 seeds.</param>
/// <param name="Solved">Number of seeds solved in the search.</param>
internal sealed record FoundSetting(TableNetwork Network, SweepSpec Setting, int Solved);

/// <summary>
/// Settings for the table of section 3.1, found by <c>bench/success_table.py</c>: for each network, problem, loss and initialisation the first
/// batch size and rate tried with which at least 5 of 25 seeds are solved, or the best of those tried.
/// </summary>
internal static class SuccessSettings
{
    public const int Seeds = 25;

    /// <summary>20 % of the seeds.</summary>
    public const int Enough = 5;

    /// <summary>Columns of the table that are settings; network, k and results are read separately.</summary>
    private static readonly (int Column, string Setting)[] Columns = [(1, "n"), (3, "loss"), (4, "init"), (5, "batch"), (6, "lr"), (7, "maxSteps")];

    /// <summary>The networks in the table's order.</summary>
    public static IReadOnlyList<TableNetwork> Networks { get; } =
    [
        new("(i)", "ReLU-10", Model.Mlp, Activation.Relu, 10),
        new("(ii)", "ReLU-100", Model.Mlp, Activation.Relu, 100),
        new("(iii)", "ReLU-1000", Model.Mlp, Activation.Relu, 1000),
        new("(*i)", "ReLU-k", Model.Mlp, Activation.Relu, null),
        new("(iv)", "z^{k}-10", Model.Mlp, Activation.Power, 10),
        new("(v)", "z^{k}-100", Model.Mlp, Activation.Power, 100),
        new("(vi)", "z^{k}-1000", Model.Mlp, Activation.Power, 1000),
        new("(*ii)", "z^{k}-k", Model.Mlp, Activation.Power, null),
        new("(vii)", "k-zigzag", Model.Mlp, Activation.Zigzag, 1),
        new("(viii)", "polynomial", Model.Mlp, Activation.Polynomial, 1),
        new("(ix)", "∞-zigzag", Model.Mlp, Activation.Triangle, 1),
        new("(x)", "sinusoid", Model.Mlp, Activation.Sin, 1),
        new("(xi)", "k-zigzag, u = 1", Model.Mlp, Activation.Zigzag, 1, OutputLayer.Fixed),
        new("(xii)", "polynomial, u = 1", Model.Mlp, Activation.Polynomial, 1, OutputLayer.Fixed),
        new("(xiii)", "∞-zigzag, u = 1", Model.Mlp, Activation.Triangle, 1, OutputLayer.Fixed),
        new("(xiv)", "sinusoid, u = 1", Model.Mlp, Activation.Sin, 1, OutputLayer.Fixed),
        new("(xv)", "PolyNet", Model.Polynet, Activation.Relu, null),
    ];

    /// <summary>All rows of the search, successful or not.</summary>
    public static IReadOnlyList<FoundSetting> All { get; } = [.. EmbeddedTable.Rows("success_table.csv").Select(Read)];

    private static FoundSetting Read(string[] row)
    {
        TableNetwork network = Networks.Single(network => network.Name == $"({row[0]})");
        var setting = new SweepSpec { Seeds = Seeds };
        foreach ((int column, string name) in Columns)
            setting = SpecSetting.Find(name)!.Apply(setting, [row[column]], name);

        return new FoundSetting(network, network.Of(setting, Integer(row[2])), Integer(row[8]));
    }

    private static int Integer(string text) => int.Parse(text);
}
