namespace ParityGpu.Kernels;

/// <summary>The inputs of a task, in order, as the relevant inputs of a polynomial target.</summary>
internal readonly struct TaskInputs<TTable>(LaunchShape shape, TTable table, int task) : IRelevantInputs
    where TTable : struct, ITaskTable
{
    public uint Word(int q) => table.Input(table.At(TaskLayout.Input(shape, task, q)));
}
