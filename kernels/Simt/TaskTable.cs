using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>A run's tasks and a word's inputs in a device's memory.</summary>
internal readonly struct TaskTable(ArrayView<int> tasks, ArrayView<uint> inputs) : ITaskTable
{
    public int At(int place) => tasks[place];

    public uint Input(int i) => inputs[i];
}
