namespace ParityGpu.Kernels.Simt;

/// <summary>The direction in which an optimizer moves four parameters, and its moments of them.</summary>
internal interface IDirection
{
    /// <summary>
    /// Takes the gradients into the moments.
    /// </summary>
    /// <param name="gradient">The gradients.</param>
    /// <param name="quad">Where the parameters lie, in quads.</param>
    /// <returns>What the step size is multiplied with.</returns>
    FloatQuad Of(FloatQuad gradient, int quad);
}
