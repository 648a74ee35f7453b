namespace ParityGpu.Kernels.Simt;

/// <summary>The direction in which an optimizer moves four parameters, and their moments.</summary>
internal interface IDirection
{
    /// <summary>
    /// Updates the moments with the gradients.
    /// </summary>
    /// <param name="gradient">The gradients.</param>
    /// <param name="quad">Where the parameters lie, in quads.</param>
    /// <returns>The direction, to be multiplied by the step size.</returns>
    FloatQuad Of(FloatQuad gradient, int quad);
}
