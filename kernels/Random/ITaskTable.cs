namespace ParityGpu.Kernels;

/// <summary>A run's tasks (<see cref="TaskLayout"/>) and the inputs of 32 samples, wherever a body keeps them.</summary>
internal interface ITaskTable
{
    /// <summary>The integer at a place of the tasks.</summary>
    int At(int place);

    /// <summary>Input <paramref name="i"/> of the samples: bit 1 means −1.</summary>
    uint Input(int i);
}
