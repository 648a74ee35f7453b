using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Everything the threads of one group know of their run.</summary>
public readonly struct CountingSlot
{
    public readonly LaunchShape Shape;
    public readonly RunSettings Settings;

    /// <summary>The relevant inputs.</summary>
    public readonly ArrayView<int> Subset;

    /// <summary>The run's parameters in the order of <see cref="FirstLayerLayout"/>.</summary>
    public readonly ArrayView<float> Weights;
    public readonly CountingScratch Scratch;
    public readonly GroupThread Thread;

    public CountingSlot(
        LaunchShape shape, RunSettings settings, ArrayView<int> subset, ArrayView<float> weights, CountingScratch scratch,
        GroupThread thread)
    {
        Shape = shape;
        Settings = settings;
        Subset = subset;
        Weights = weights;
        Scratch = scratch;
        Thread = thread;
    }

    /// <summary>The rows of one block of neurons, [row][lane].</summary>
    public ArrayView<float> Block(int block)
    {
        long floats = FirstLayerLayout.Rows(Shape.Inputs) * Canon.Lanes;
        return Weights.SubView(block * floats, floats);
    }

    /// <summary>Where the output bias lies.</summary>
    public long OutputBias => (long)Canon.Blocks(Shape.Width) * FirstLayerLayout.Rows(Shape.Inputs) * Canon.Lanes;
}
