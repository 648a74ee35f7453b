namespace ParityGpu.Figures.Experiments;

/// <summary>All experiments, in the order of the paper.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new PhaseTransitions(),
        new NetworkMedians("fig1-right"),
        new TimeHistograms(),
        new SharedInitialisations(),
        new ScalingOfRelu(),
        new HiddenProgress("fig3"),
        new WidthAndTime("fig4-left"),
        new Grokking("fig4-right"),
        new DisjointPolynet(),
        new TrainingCurveGrid(),
        new NetworkMedians("fig10"),
        new InitialGaps(),
        new GapAlongTraining(),
        new HiddenProgress("fig13"),
        new WidthAndTime("fig14"),
        new Grokking("fig15"),
        new NoisyLabels(),
        new WideNetworks(),
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
