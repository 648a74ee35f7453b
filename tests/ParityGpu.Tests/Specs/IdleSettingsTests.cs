using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Specs;

/// <summary>Settings that nothing in a sweep has are refused where they are given, and only there.</summary>
public sealed class IdleSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--model polynet --k 1,2")]
    [InlineData("--model polynet --width 3")]
    [InlineData("--model mlp,polynet --width 4,5 --activation sin")]
    [InlineData("--init torch,sparse --sparsity 2")]
    [InlineData("--init torch,rademacher --init-sigma 0,0.1")]
    [InlineData("--loss hinge,logistic --logits 1,2")]
    [InlineData("--loss logistic --output fixed,trained --activation sin --logits 2")]
    [InlineData("--input-bias 0.1,0.5 --mixture 0.5")]
    [InlineData("--input-bias 0.1 --mixture 0,0.5")]
    [InlineData("--input-bias 0.1 --samples online,50 --biased-steps all,1")]
    [InlineData("--target x1+x1x2 --loss square --k 2 --target-loss 0.5")]
    [InlineData("--target x1+x2,x1x2x3 --loss square --model polynet")]
    [InlineData("--target parity,x1+x2 --loss square --noise 0.1 --target-loss 0.5")]
    [InlineData("--optimizer adamw --weight-decay 0.5 --schedule 0=1,5=2@0.1,9=1:0@0")]
    [InlineData("--optimizer sgd,adam --momentum 0.8 --beta2 0.99 --epsilon 1e-7")]
    public void What_a_part_of_the_sweep_has_is_accepted(string settings)
    {
        string[] small = ["--n", "6", "--batch", "4", "--lr", "0.1", "--seeds", "1", "--max-steps", "2", "--test-samples", "8"];

        CommandResult result = CommandLine.Run(["sweep", .. small, .. settings.Split(' '), "--device", "cpu", "--quiet", "--log", folder["log"]]);

        Assert.Equal(("", 0), (result.Error.Replace($"log: {folder["log"]}\n", "", StringComparison.Ordinal), result.ExitCode));
    }

    [Fact]
    public void A_spec_file_is_held_to_the_same()
    {
        File.WriteAllText(folder["spec"], """{ "model": "polynet", "width": [3, 7] }""");

        CommandLine.Run("sweep", "--spec", folder["spec"], "--log", folder["log"]).MustBeUserError("--width 3,7", "k (k = 3)");

        Assert.Equal(["spec"], folder.Files);
    }

    [Fact]
    public void A_spec_file_may_list_defaults()
    {
        File.WriteAllText(folder["spec"], """{ "n": 6, "k": 2, "model": "polynet", "activation": "relu", "momentum": 0.9, "maxSteps": 2, "seeds": 1e0 }""");

        Assert.Equal(0, CommandLine.Run("sweep", "--spec", folder["spec"], "--device", "cpu", "--quiet", "--log", folder["log"]).ExitCode);
    }

    [Fact]
    public void The_width_that_parity_train_has_by_default_is_not_given() =>
        Assert.Equal(
            0,
            CommandLine.Run("train", "--model", "polynet", "--n", "6", "--max-steps", "2", "--device", "cpu", "--format", "json").ExitCode);

    [Fact]
    public void The_options_that_repeat_a_sweep_leave_out_what_has_no_effect()
    {
        var spec = new SweepSpec { Model = [Model.Polynet], Width = [100], Depth = [4], Lr = [0.5] };

        Assert.Equal(["--model polynet", "--lr 0.5"], SpecSetting.Options(spec));
    }
}
