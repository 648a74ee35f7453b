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

    /// <summary>
    /// First of the inputs that are added by rows instead of multiplied, or n if none is: the control bits from the first whole group of four on, if they
    /// are 0 and 1 and each sample has exactly one that is 1. Unless a number is not finite, parameters and outputs get the same bits: a group of inputs
    /// that are all 0 adds 0, and a group with a single 1 adds that input's weight. Only a z that is 0 can get the other sign. It never comes further than to
    /// another 0: sums of outputs and of gradients start from +0.
    /// </summary>
    public static int FirstRow(in LaunchShape shape) => shape.TaskControls == 1 && shape.Encoding == (int)InputEncoding.ZeroOne
        ? Math.Min(shape.Inputs, Canon.Group * Canon.Groups(RandomInputs(shape)))
        : shape.Inputs;

    /// <summary>Number of inputs that are not control bits; they come first.</summary>
    public static int RandomInputs(in LaunchShape shape) => shape.Inputs - shape.Controls;
}
