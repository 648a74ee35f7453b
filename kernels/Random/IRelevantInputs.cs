namespace ParityGpu.Kernels;

/// <summary>The relevant inputs of 32 samples, wherever a body keeps them.</summary>
internal interface IRelevantInputs
{
    /// <summary>Relevant input number <paramref name="q"/>, 0 … k−1, of the samples: bit 1 means −1.</summary>
    uint Word(int q);
}
