namespace ParityGpu.Kernels;

/// <summary>
/// A run's tasks as integers: M thresholds, then the control bits that each task sets, then
/// the inputs of each task's parity, both padded with <see cref="None"/>.
/// </summary>
public static class TaskLayout
{
    /// <summary>Entry where a task has no further control bit or input.</summary>
    public const int None = -1;

    /// <summary>Integers of a run.</summary>
    public static long Entries(in LaunchShape shape) => shape.Tasks * (1L + shape.TaskControls + shape.TaskInputs);

    /// <summary>Place of a task's control bit, which is stored as its number among the inputs.</summary>
    public static int Control(in LaunchShape shape, int task, int index) => shape.Tasks + (task * shape.TaskControls) + index;

    /// <summary>Place of an input of a task's parity.</summary>
    public static int Input(in LaunchShape shape, int task, int index) =>
        (shape.Tasks * (1 + shape.TaskControls)) + (task * shape.TaskInputs) + index;

    /// <summary>Number of inputs that are not control bits; they come first.</summary>
    public static int RandomInputs(in LaunchShape shape) => shape.Inputs - shape.Controls;
}
