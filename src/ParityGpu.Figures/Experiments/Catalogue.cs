namespace ParityGpu.Figures.Experiments;

/// <summary>All experiments, in the order of the paper.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new PhaseTransitions(),
        NetworkMedians.ByDegree(),
        new TimeHistograms(),
        new SharedInitialisations(),
        new ScalingOfRelu(),
        HiddenProgress.Figure3(),
        WidthAndTime.Figure4Left(),
        Grokking.OfOneSetting(),
        new DisjointPolynet(),
        new TrainingCurveGrid(),
        NetworkMedians.ByNetwork(),
        new InitialGaps(),
        new GapAlongTraining(),
        HiddenProgress.Figure13(),
        WidthAndTime.Figure14(),
        Grokking.OfManySettings(),
        new NoisyLabels(),
        new WideNetworks(),
        new SuccessTable(),
        new OneStepLearner(),
        new FrozenFeatures(),
        new DeepByLayers(),
        new SparseInitialisation(),
        new SignSgd(),
        new MixedInputs(),
        new Staircase(),
        new Quanta(),
        new Composition(),
        new Skills(),
        new FullParity(),
    ];

    /// <summary>An experiment by its name, or null.</summary>
    public static Experiment? Find(string name) => All.FirstOrDefault(experiment => experiment.Name == name);
}
