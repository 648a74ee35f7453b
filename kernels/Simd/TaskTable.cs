namespace ParityGpu.Kernels.Simd;

/// <summary>A run's tasks and a word's inputs in a worker's memory.</summary>
internal readonly unsafe struct TaskTable(int* tasks, uint* inputs) : ITaskTable
{
    public int At(int place) => tasks[place];

    public uint Input(int i) => inputs[i];
}
