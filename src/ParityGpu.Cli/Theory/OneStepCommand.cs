using System.CommandLine;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Theory;

namespace ParityGpu.Cli.Theory;

/// <summary>parity theory one-step: the constants of theorem 4 and the sweep that tests it.</summary>
internal static class OneStepCommand
{
    private const int MaxInputs = 255;
    private const int MaxWidth = 1 << 24;

    private static readonly ResultTable<OneStep> Table = new(
        new("n", step => step.N, "n"),
        new("k", step => step.K, "k"),
        new("width", step => step.Width, "width"),
        new("relevant", step => step.Relevant.ToString(), "xi(k-1)"),
        new("irrelevant", step => step.Irrelevant.ToString(), "xi(k+1)"),
        new("gap", step => step.Gap.ToString(), "gap"),
        new("learningRate", step => step.LearningRate, "eta", step => $"{step.LearningRate:0.####}"),
        new("theoremBatch", step => step.TheoremBatch, "n^k ln n", step => $"{step.TheoremBatch:0.####e+0}"),
        new("batch", step => step.Batch),
        new("hiddenRate", step => step.HiddenRate),
        new("outputRate", step => step.OutputRate),
        new("command", Sweep));

    public static Command Create()
    {
        Option<int> n = TheoryOptions.Value("--n", "inputs, odd", new IntegerKind<int>(3, MaxInputs), 15);
        Option<int> k = TheoryOptions.Value("--k", "parity degree, even", new IntegerKind<int>(2, MaxInputs - 1), 2);
        Option<int> width = TheoryOptions.Value("--width", "hidden units", new IntegerKind<int>(1, MaxWidth), 1000);
        Option<string> format = TheoryOptions.Format();
        var command = new Command(
            "one-step", "One large-batch step of the hidden layer, then the output layer alone (theorem 4): constants and sweep.")
        {
            n,
            k,
            width,
            format,
        };
        command.SetAction(parsed =>
        {
            FourierCommands.RequireOdd(parsed.GetValue(n));
            FourierCommands.RequireEven(parsed.GetValue(k), parsed.GetValue(n));
            var step = new OneStep(parsed.GetValue(n), parsed.GetValue(k), parsed.GetValue(width));
            TextWriter output = parsed.InvocationConfiguration.Output;
            Table.Write(output, parsed.GetValue(format)!, [step]);
            if (parsed.GetValue(format) == "text")
                Explain(output, step);

            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Sweep(OneStep step) => SpecSetting.Command(step.Sweep(seeds: 20));

    private static void Explain(TextWriter output, OneStep step)
    {
        output.WriteLine();
        ScreenText.Write(
            output,
            $"step 0 trains the hidden layer alone, at rate {step.HiddenRate:0.####}; a weight decay of 1 erases its initial weights. "
            + $"The rate is eta / |u| with |u| = sqrt(6/(r+1)) = {step.OutputWeight:0.####}, where the theorem has output weights of 1; "
            + $"the step leaves weights of about 1/(2k) = {1 / (2.0 * step.K):0.####} on the relevant inputs.");
        ScreenText.Write(output, $"All later steps train the output layer alone, at rate {step.OutputRate:0.####}.");
        if (step.TheoremBatch > OneStep.MaxBatch)
            ScreenText.Write(output, $"The batch is the largest supported, {OneStep.MaxBatch}, which is below the theorem's n^k ln n.");

        output.WriteLine();
        output.WriteLine(Sweep(step));
    }
}
