namespace ParityGpu.Figures.Drawing.Axes;

/// <summary>How numbers are placed along an axis.</summary>
public enum AxisScale
{
    /// <summary>Equal differences are equally wide.</summary>
    Linear,

    /// <summary>Equal ratios are equally wide.</summary>
    Log,
}
