using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Shared memory of a group on the general path.</summary>
internal readonly struct GeneralMemory
{
    /// <summary>Signs of the inputs and lane sums.</summary>
    public readonly ForwardMemory Forward;

    /// <summary>f_b, [sample].</summary>
    public readonly ArrayView<float> Outputs;

    /// <summary>g_b = −∂ℓ/∂f, [sample].</summary>
    public readonly ArrayView<float> Descents;

    /// <summary>y_b that the loss uses, [sample].</summary>
    public readonly ArrayView<float> Targets;

    /// <summary>1 where a sample is an error, [sample]; for a polynomial target, the bits of (y_b − f_b)².</summary>
    public readonly ArrayView<uint> Wrong;

    /// <summary>Places in the finite sample, [sample].</summary>
    public readonly ArrayView<uint> Places;

    /// <summary>Tasks, [sample].</summary>
    public readonly ArrayView<int> Tasks;

    /// <summary>First control bit of each sample's task, as the number of an input, [sample].</summary>
    public readonly ArrayView<int> Controls;

    /// <summary>[1]: inputs of the word that are multiplied by their weights; control bits after them are added by rows.</summary>
    public readonly ArrayView<int> Multiplied;

    /// <summary>Flipped labels: of four samples of two stream words each, then of the window.</summary>
    public readonly ArrayView<uint> Flips;

    private GeneralMemory(
        ForwardMemory forward, ArrayView<float> outputs, ArrayView<float> descents, ArrayView<float> targets, ArrayView<uint> wrong,
        ArrayView<uint> places, ArrayView<int> tasks, ArrayView<int> controls, ArrayView<int> multiplied, ArrayView<uint> flips)
    {
        Forward = forward;
        Outputs = outputs;
        Descents = descents;
        Targets = targets;
        Wrong = wrong;
        Places = places;
        Tasks = tasks;
        Controls = controls;
        Multiplied = multiplied;
        Flips = flips;
    }

    public static GeneralMemory Allocate() => new(
        ForwardMemory.Allocate(),
        SharedMemory.Allocate<float>(Canon.WordSamples),
        SharedMemory.Allocate<float>(Canon.WordSamples),
        SharedMemory.Allocate<float>(Canon.WordSamples),
        SharedMemory.Allocate<uint>(Canon.WordSamples),
        SharedMemory.Allocate<uint>(Canon.WordSamples),
        SharedMemory.Allocate<int>(Canon.WordSamples),
        SharedMemory.Allocate<int>(Canon.WordSamples),
        SharedMemory.Allocate<int>(1),
        SharedMemory.Allocate<uint>(GeneralSamples.WindowFlips + 1));
}
