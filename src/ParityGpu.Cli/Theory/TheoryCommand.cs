using System.CommandLine;

namespace ParityGpu.Cli.Theory;

/// <summary>parity theory: the paper's theory in numbers.</summary>
internal static class TheoryCommand
{
    public static Command Create() => new("theory", "Computes exact numbers of the theory: Fourier gaps, gradients, gradient flow, baselines.")
    {
        FourierCommands.Majority(),
        FourierCommands.Threshold(),
        GradientCommand.Create(),
        FlowCommand.Create(),
        BaselinesCommand.Create(),
        OneStepCommand.Create(),
    };
}
