using MathNet.Numerics.Statistics;
using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Theory;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Fourier gaps of the population gradient at initialisation, n = 15, exact over all 2^n inputs, against the closed form of majority
/// (figure 11).
/// </summary>
internal sealed class InitialGaps() : Experiment(
    "fig11",
    "Fourier gaps at initialisation",
    "The population gradient of a relevant weight stands out from those of irrelevant ones, by majority's Fourier gap for even k where all |w| are equal.",
    "figure 11")
{
    public override string Differences => "Which activations are drawn beside the sinusoid and majority, and the random weights, are ours.";

    private const int Inputs = 15;

    /// <summary>A sum of 2^15 doubles divided by 2^15 has an error far below this.</summary>
    private const double Rounding = 1e-12;

    private static readonly int[] Degrees = [2, 3, 4, 5, 6];

    private static readonly (string Label, NeuronActivation Activation)[] Neurons =
    [
        ("majority", NeuronActivation.Majority), ("ReLU", NeuronActivation.Relu), ("sinusoid", NeuronActivation.Sin), ("zigzag", NeuronActivation.Zigzag),
        ("polynomial", NeuronActivation.Polynomial), ("z^k", NeuronActivation.Power),
    ];

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) => [];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        int neurons = At(data.Scale, 5, 100, 1000);
        using Spectrum spectrum = Spectrum.Allocate(data.Device, Inputs, Precision.Auto);
        var gaps = new List<GapRow>();
        foreach ((string label, NeuronActivation activation) in Neurons)
        {
            foreach (int k in Degrees)
            {
                // The slopes of ReLU and majority are odd up to a constant: for odd k their coefficients at S without i and S with i are 0.
                if (k % 2 == 1 && (activation is NeuronActivation.Majority or NeuronActivation.Relu))
                    continue;

                double[] random = [.. Enumerable.Range(0, neurons).Select(seed => Gap(spectrum, RandomNeuron(activation, k, seed)))];
                gaps.Add(new GapRow(label, activation, k, Gap(spectrum, EqualNeuron(activation, k)), random));
            }
        }

        double tolerance = spectrum.Precision == Precision.Fp64 ? Rounding : 1e-6;
        string caption = $"n = {Inputs}, all 2¹⁵ inputs. Gap: the smallest |gradient| of a relevant weight minus the largest of an irrelevant one. Left: all |w| = 1/√n. Right: uniform random "
            + $"weights in ±1/√n, medians of {neurons} neurons (those that are not positive are left out). No bias. ReLU and majority have no gap for odd k.";
        PlotModel[] panels = [Draw("equal |w|", gaps, row => row.Equal, exact: true), Draw("random w", gaps, row => row.Random.Median(), exact: false)];
        return new ExperimentResult(
            new Figure(Title, caption, panels, Numbers(gaps)) { Columns = 2, Width = 980, RowHeight = 420 }, Judge(gaps, tolerance));
    }

    private static double Gap(Spectrum spectrum, Neuron neuron) => PopulationGradient.Of(spectrum, neuron).Gap;

    /// <summary>All weights 1/√n: other signs only change the signs of gradients.</summary>
    private static Neuron EqualNeuron(NeuronActivation activation, int k) => new(activation, k, [.. Enumerable.Repeat(1 / Math.Sqrt(Inputs), Inputs)], bias: 0);

    /// <summary>Weights uniform in ±1/√n.</summary>
    private static Neuron RandomNeuron(NeuronActivation activation, int k, long seed) =>
        Neuron.Initial(activation, Inputs, k, width: 1, Init.Torch, seed, withBias: false);

    private static double? Exact(int k) => k % 2 == 0 ? FourierCoefficients.MajorityGap(Inputs, k).ToDouble() : null;

    private static PlotModel Draw(string title, List<GapRow> gaps, Func<GapRow, double> gap, bool exact)
    {
        LinearAxis degrees = Panel.Linear(AxisPosition.Bottom, "parity degree k", Degrees[0] - 0.3, Degrees[^1] + 0.3);
        degrees.MajorStep = 1;
        degrees.MinorTickSize = 0;
        LinePanel panel = new LinePanel(title, degrees, Panel.Log(AxisPosition.Left, "Fourier gap")).LegendBelow();
        for (int i = 0; i < Neurons.Length; i++)
        {
            string label = Neurons[i].Label;
            panel.Add(gaps.Where(row => row.Label == label).Select(row => ((double)row.K, gap(row))), i, label, markers: true);
        }

        if (exact)
            panel.Open(Degrees.Where(k => k % 2 == 0).Select(k => ((double)k, Exact(k)!.Value)), "majority, closed form");

        return panel.Model;
    }

    private static NumberTable Numbers(List<GapRow> gaps) => new(
        ["activation", "k", "gapEqualWeights", "majorityClosedForm", "randomNeurons", "randomQ1", "randomMedian", "randomQ3", "randomPositive"],
        from row in gaps
        select (object?[])
        [
            row.Label, row.K, row.Equal, row.Activation == NeuronActivation.Majority ? Exact(row.K) : null, row.Random.Length, row.Random.LowerQuartile(),
            row.Random.Median(), row.Random.UpperQuartile(), row.Random.Count(gap => gap > 0),
        ]);

    private static Verdict Judge(List<GapRow> gaps, double tolerance)
    {
        double worst = gaps.Where(row => row.Activation == NeuronActivation.Majority).Max(row => Math.Abs(row.Equal - Exact(row.K)!.Value));
        string majority = string.Join(", ", Degrees.Where(k => k % 2 == 0).Select(k => $"{FourierCoefficients.MajorityGap(Inputs, k)}"));
        int positive = gaps.Count(row => row.Equal > 0);
        string random = string.Join("; ", gaps.GroupBy(row => row.Label).Select(group =>
            $"{group.Key} {Percentage.Of(group.Sum(row => row.Random.Count(gap => gap > 0)) / (double)group.Sum(row => row.Random.Length), "0")} %"));
        return Verdict.Of(
            worst <= tolerance && positive == gaps.Count,
            $"majority's enumerated gaps are {majority} to {worst:0.0e+0}; {positive} of {gaps.Count} gaps are positive at equal |w|; "
            + $"positive among random neurons' gaps: {random}");
    }

    private sealed record GapRow(string Label, NeuronActivation Activation, int K, double Equal, double[] Random);
}
