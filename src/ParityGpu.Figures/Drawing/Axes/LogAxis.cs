using OxyPlot.Axes;

namespace ParityGpu.Figures.Drawing.Axes;

/// <summary>A logarithmic axis whose labels are round and do not touch, whether it spans a tenth of a decade or twenty.</summary>
internal sealed class LogAxis : LogarithmicAxis
{
    public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        (majorLabelValues, minorTickValues) = TickChoice.Of(this, ActualMinimum, ActualMaximum, Transform, FormatValue);
        majorTickValues = majorLabelValues;
    }
}
