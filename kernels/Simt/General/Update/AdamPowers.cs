namespace ParityGpu.Kernels.Simt;

/// <summary>Adam's β₁^t and β₂^t.</summary>
internal struct AdamPowers
{
    public float First;
    public float Second;
}
