namespace ParityGpu.Kernels;

/// <summary>What a launch needs to know of a network's shape and of the buffers; the same for all slots.</summary>
public struct LaunchShape
{
    /// <summary>Inputs n of the network, control bits included.</summary>
    public int Inputs;

    /// <summary>Control bits among the inputs: the last ones.</summary>
    public int Controls;

    /// <summary>Tasks M, or 0 where all samples have the same target.</summary>
    public int Tasks;

    /// <summary>Maximum number of control bits that a task sets.</summary>
    public int TaskControls;

    /// <summary>Maximum number of inputs of a task's parity.</summary>
    public int TaskInputs;

    /// <summary>Hidden neurons r.</summary>
    public int Width;

    /// <summary>Samples per step B.</summary>
    public int Batch;

    /// <summary>Slots R.</summary>
    public int Slots;

    /// <summary>Entries of the subset buffer per slot (the largest k).</summary>
    public int SubsetStride;

    /// <summary>C, the maximum number of steps that a slot advances in one launch.</summary>
    public int ChunkSteps;

    /// <summary>A <see cref="Kernels.Model"/>.</summary>
    public int Model;

    /// <summary>An <see cref="Kernels.Activation"/>.</summary>
    public int Activation;

    /// <summary>An <see cref="InputEncoding"/>.</summary>
    public int Encoding;

    /// <summary>Layers of weights L of a deep network.</summary>
    public int Depth;

    /// <summary>Dimension of a transformer's embeddings.</summary>
    public int Embedding;

    /// <summary>Attention heads of a transformer.</summary>
    public int Heads;

    /// <summary>Dimension of one head.</summary>
    public int HeadSize;

    /// <summary>An <see cref="Kernels.Optimizer"/>.</summary>
    public int Optimizer;

    /// <summary>Points m of the finite sample, or 0 where every batch is fresh.</summary>
    public int Samples;

    /// <summary>Entries of the schedule buffer per slot.</summary>
    public int Phases;

    /// <summary>Entries of the settings buffer per slot, at least 1.</summary>
    public int InputPhases;

    /// <summary>Entries of the coefficient buffer per slot.</summary>
    public int Coefficients;

    /// <summary>Entries of the monomial buffer per slot.</summary>
    public int Monomials;

    /// <summary>A transformer's sizes, which the host computes for GPUs.</summary>
    public Simt.AttentionShape Attention;

    /// <summary>How the counting kernels divide the work; empty on other paths and on CPUs.</summary>
    public CountingPlan Counting;
}
