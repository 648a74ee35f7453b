using OxyPlot;
using ParityGpu.Figures.Drawing;

namespace ParityGpu.Figures.Plots;

/// <summary>
/// Hidden progress: weights of relevant inputs move away from the others, and the Fourier gap
/// grows, while accuracy is still at chance (paper, figures 3, 12 and 13).
/// </summary>
internal static class ProgressPlot
{
    public static Figure Draw(PlotRequest request)
    {
        var curves = new CurvePanels(request);
        bool gap = request.Points.Any(runs => runs.Curves.Any(run => run.Curve!.HasGap));
        List<PlotModel> panels =
        [
            .. curves.HeldOut("held-out accuracy"),
            curves.Panel("ρ = max |w − w₀|", at => at.Movement, PanelScale.Chosen),
            curves.Panel("movement of weights", at => at.MovementRelevant, PanelScale.Chosen, at => at.MovementIrrelevant),
        ];
        if (gap)
            panels.Add(curves.Panel("Fourier gap", at => at.Gap, PanelScale.Chosen));

        string caption = $"Hidden progress, {curves.Runs}. Movement of weights: the largest from a relevant input (solid) and "
            + "from an irrelevant one (dashed).";
        return request.Figure("Hidden progress", caption, panels, curves.Numbers()) with { RowHeight = 240, SharedLegend = true };
    }
}
