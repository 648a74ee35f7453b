namespace ParityGpu.Figures.Experiments;

/// <summary>All experiments, in the order of the paper.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new NetworkMedians("fig1-right"),
        new TimeHistograms(),
        new ScalingOfRelu(),
        new WidthAndTime("fig4-left"),
        new NetworkMedians("fig10"),
        new WidthAndTime("fig14"),
        new NoisyLabels(),
        new SuccessTable(),
        new OneStepLearner(),
        new FrozenFeatures(),
        new DeepByLayers(),
        new SparseInitialisation(),
        new SignSgd(),
    ];

    /// <summary>An experiment by its name, or null.</summary>
    public static Experiment? Find(string name) => All.FirstOrDefault(experiment => experiment.Name == name);
}
