using OxyPlot;
using ParityGpu.Figures.Drawing;

namespace ParityGpu.Figures.Plots;

/// <summary>Loss, accuracy and ρ over the steps of training (paper, figures 1 left, 3, 6 and 15).</summary>
internal static class CurvesPlot
{
    public static Figure Draw(PlotRequest request)
    {
        var curves = new CurvePanels(request);
        bool finite = request.Points.Any(runs => runs.Point.Samples > 0);
        PlotModel[] panels =
        [
            curves.Panel("training loss", at => at.TrainLoss, PanelScale.Chosen),
            .. curves.HeldOut("accuracy", finite ? at => at.TrainAccuracy : null),
            curves.Panel("ρ = max |w − w₀|", at => at.Movement, PanelScale.Chosen),
            .. curves.Norms(),
        ];
        bool parity = request.Points.Any(runs => runs.Point.Target.IsParity);
        string caption = $"Training curves, {curves.Runs}. {(parity ? "Accuracy" : "Loss and coefficients")} on held-out samples"
            + (finite && parity ? "; dashed: on the training sample." : ".");
        return request.Figure("Training curves", caption, panels, curves.Numbers()) with { RowHeight = 240, SharedLegend = true };
    }
}
