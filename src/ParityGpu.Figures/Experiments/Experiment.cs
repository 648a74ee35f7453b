using ParityGpu.Devices;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>How much of an experiment is trained.</summary>
public enum Scale
{
    /// <summary>Seconds on two cores: shows that it works, not whether the claim holds.</summary>
    Smoke,

    /// <summary>Seconds to minutes on two cores.</summary>
    Laptop,

    /// <summary>As published.</summary>
    Paper,
}

/// <summary>A sweep of an experiment; its log is named after it.</summary>
public sealed record ExperimentSweep(string Name, SweepSpec Spec);

/// <summary>Whether the paper's claim held.</summary>
public enum ClaimOutcome
{
    Held,
    NotHeld,

    /// <summary>There are too few runs, or runs of the wrong kind, to tell.</summary>
    Undecided,
}

/// <summary>The verdict on a claim.</summary>
/// <param name="Outcome">Whether it held.</param>
/// <param name="Evidence">The test and its numbers, in one line.</param>
public sealed record Verdict(ClaimOutcome Outcome, string Evidence)
{
    public static Verdict Of(bool held, string evidence) => new(held ? ClaimOutcome.Held : ClaimOutcome.NotHeld, evidence);

    /// <summary>The verdict for runs at a scale: smoke is too small to refute a claim.</summary>
    public Verdict At(Scale scale) =>
        scale == Scale.Smoke && Outcome == ClaimOutcome.NotHeld ? Undecided($"smoke scale is too small to say; {Evidence}") : this;

    public static Verdict Undecided(string reason) => new(ClaimOutcome.Undecided, reason);
}

/// <summary>An experiment's figure and verdict.</summary>
public sealed record ExperimentResult(Figure Figure, Verdict Verdict);

/// <summary>The finished runs of an experiment's sweeps.</summary>
/// <param name="Scale">The scale they were trained at.</param>
/// <param name="Device">Device for exact computations.</param>
/// <param name="Runs">The points of each sweep that have runs, by the sweep's name.</param>
public sealed record ExperimentData(Scale Scale, Device Device, IReadOnlyDictionary<string, IReadOnlyList<PointRuns>> Runs)
{
    /// <summary>Number of curves read for each point.</summary>
    public const int Curves = CurvePanels.MostCurves;

    /// <summary>The points of all sweeps together.</summary>
    public IReadOnlyList<PointRuns> All => [.. Runs.Values.SelectMany(points => points)];
}

/// <summary>One figure or table of the paper, or a question beyond it: what is trained, what is drawn, and what is claimed.</summary>
/// <param name="name">Its name on the command line, such as fig14.</param>
/// <param name="title">Title of its figure.</param>
/// <param name="claim">The expected observation, in one sentence.</param>
/// <param name="source">Where the claim is made.</param>
public abstract class Experiment(string name, string title, string claim, string source)
{
    public string Name => name;

    public string Title => title;

    public string Claim => claim;

    public string Source => source;

    /// <summary>Where it differs from the source, or fills in what the source does not state.</summary>
    public abstract string Differences { get; }

    /// <summary>What is trained; empty for experiments that are computed exactly.</summary>
    public abstract IReadOnlyList<ExperimentSweep> Sweeps(Scale scale);

    /// <summary>
    /// Draws the figure and judges the claim.
    /// </summary>
    /// <param name="data">At least one finished run of every sweep.</param>
    public abstract ExperimentResult Evaluate(ExperimentData data);

    /// <summary>The value for a scale.</summary>
    protected static T At<T>(Scale scale, T smoke, T laptop, T paper) => scale switch
    {
        Scale.Smoke => smoke,
        Scale.Laptop => laptop,
        _ => paper,
    };
}
