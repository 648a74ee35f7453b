using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Training curves of several networks on one problem: a long plateau at chance, then a sudden jump (figure 1 left).
/// </summary>
internal sealed class PhaseTransitions() : CurveExperiment(
    "fig1-left",
    "Training curves of different networks",
    "Every network stays at chance for a long time and then becomes perfect within a short one.",
    "figure 1, left")
{
    public override string Differences => "ReLU-100 has the paper's batch and rate; the settings of the others are ours.";

    private const int Drawn = 3;

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale)
    {
        int n = At(scale, 20, 50, 50);
        LabelledSweep[] networks =
        [
            new("relu-10", "ReLU-10", Networks.Relu(10)),
            new("relu-100", "ReLU-100", Networks.Relu(100)),
            new("power-100", "z^k-100", Networks.Power(100, rate: 0.05)),
            new("polynet", "PolyNet", Networks.Polynet(rate: 0.02)),
            new("sinusoid", "sinusoid", Networks.Neuron(Activation.Sin)),
        ];
        return
        [
            .. networks.Select(network => network with
            {
                Spec = network.Spec with
                {
                    N = [n], Seeds = At(scale, 2, 20, 20), MaxSteps = 40_000, Curve = CurveSteps.Every(network.Label.StartsWith("ReLU", StringComparison.Ordinal) ? 20 : 5),
                },
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        CurveGroup[] drawn = [.. groups.Select(group => group.FirstSolved(Drawn)).Where(group => group.Runs.Count > 0)];
        double last = drawn.Select(group => (double)group.LastStep).DefaultIfEmpty(1000).Max();
        var absolute = new LinePanel(null, LinePanel.LogSteps(10, last), LinePanel.Accuracy()).Plain();
        var relative = new LinePanel(null, Panel.Linear(AxisPosition.Bottom, "step / steps until solved", 0, 1), LinePanel.Accuracy()).LegendBelow();
        for (int i = 0; i < drawn.Length; i++)
        {
            absolute.Curves(drawn[i], i, at => at.Accuracy);
            relative.Curves(drawn[i], i, at => at.Accuracy, drawn[i].Label, x: (run, at) => at.Step / (double)run.Record.Steps);
        }

        string caption = $"Up to {Drawn} solved runs of each network, over the steps and over the part of the time until the run is solved.\n{Settings(data)}";
        return new ExperimentResult(
            new Figure(Title, caption, [absolute.Model, relative.Model], CurveGroup.Numbers(groups)) { RowHeight = 300 }, JudgeJumps(groups, least: 1));
    }
}
