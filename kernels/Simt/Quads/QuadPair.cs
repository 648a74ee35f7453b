namespace ParityGpu.Kernels.Simt;

/// <summary>Two quads that lie side by side.</summary>
public struct QuadPair
{
    public FloatQuad First;
    public FloatQuad Second;
}
