namespace ParityGpu.Kernels;

/// <summary>Step sizes and decay from a step on; a slot's schedule is a few of these with ascending <see cref="From"/>, the first 0.</summary>
public struct SchedulePhase
{
    /// <summary>Maximum number of layers with a step size of their own.</summary>
    public const int MaxLayers = 8;

    /// <summary>The phase's first step.</summary>
    public long From;

    /// <summary>1 − λ, rounded once to float.</summary>
    public float Decay;

    /// <summary>1 if all the network's layers have the same step size.</summary>
    public int IsUniform;

    /// <summary>Step size of layer 0: η/B for SGD and momentum, η for Adam and sign-SGD; rounded once to float.</summary>
    public float Rate0;
    public float Rate1;
    public float Rate2;
    public float Rate3;
    public float Rate4;
    public float Rate5;
    public float Rate6;
    public float Rate7;

    /// <summary>Step size of a layer.</summary>
    public readonly float Rate(int layer) =>
        layer < 4
            ? (layer < 2 ? (layer == 0 ? Rate0 : Rate1) : (layer == 2 ? Rate2 : Rate3))
            : (layer < 6 ? (layer == 4 ? Rate4 : Rate5) : (layer == 6 ? Rate6 : Rate7));
}
