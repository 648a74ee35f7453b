namespace ParityGpu.Figures.Experiments;

/// <summary>All experiments, in the order of the paper.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new TimeHistograms(),
        new SharedInitialisations(),
        new ScalingOfRelu(),
        new WidthAndTime("fig4-left"),
        new WidthAndTime("fig14"),
    ];

    /// <summary>An experiment by its name, or null.</summary>
    public static Experiment? Find(string name) => All.FirstOrDefault(experiment => experiment.Name == name);
}
