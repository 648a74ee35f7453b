using System.Text.Json;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Theory;

public sealed class TheoryCommandTests
{
    [Fact]
    public void Majority_prints_exact_fractions()
    {
        string[] lines = Lines("theory majority --n 15 --k 2,4,6");

        Assert.Equal(4, lines.Length);
        Assert.EndsWith("99/512  0.1933593750", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("3/256  0.0117187500", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("1/512  0.0019531250", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Gradient_prints_gap_and_largest_coefficients()
    {
        string[] lines = Lines("theory gradient --n 15 --k 4 --activation majority --top 2 --device cpu --threads 1");

        Assert.StartsWith("1 x 2^15 inputs on cpu", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("0.01171875", lines[2], StringComparison.Ordinal);
        Assert.Equal(3 + 1 + 1 + 4 + 2, lines.Length);
    }

    [Fact]
    public void Gradient_in_json_has_every_input()
    {
        CommandResult result = Run("theory gradient --n 10 --k 2,3 --seeds 2 --bias init --device cpu --format json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(4, json.RootElement.GetArrayLength());
        Assert.All(json.RootElement.EnumerateArray(), row => Assert.Equal(10, row.GetProperty("gradient").GetArrayLength()));
        Assert.Equal("fp64", json.RootElement[0].GetProperty("precision").GetString());
    }

    [Fact]
    public void Counts_in_json_are_numbers_of_any_size()
    {
        using JsonDocument json = JsonDocument.Parse(Run("theory baselines --n 200 --k 100 --copies 1 --format json").Output);

        JsonElement subsets = json.RootElement[0].GetProperty("subsets");
        Assert.Equal(JsonValueKind.Number, subsets.ValueKind);
        Assert.StartsWith("90548514656103281165404177077484163874504589675413336841320", subsets.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("baselines", "[default: 1,10,100,1000]")]
    [InlineData("threshold", "[default: 0]")]
    [InlineData("flow", "[default: 3,4,5]")]
    public void Help_says_each_default_once(string command, string text)
    {
        string help = Run($"theory {command} --help").Output;

        Assert.Contains(text, help, StringComparison.Ordinal);
        Assert.DoesNotContain("] [default", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Flow_shows_the_fitted_powers()
    {
        string[] lines = Lines("theory flow --k 3 --n-block 4096,65536");

        Assert.Equal(6, lines.Length);
        Assert.StartsWith("3 ", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("  -0.5", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_step_prints_a_sweep_that_the_program_takes()
    {
        string command = Lines("theory one-step --n 15 --k 2 --width 200")[^1];

        Assert.StartsWith("parity sweep --n 15 --k 2 --width 200 --batch 610 --init sign --biases zero --schedule 0=", command, StringComparison.Ordinal);

        // An unusable log comes after all settings have been accepted.
        CommandLine.Run([.. command.Split(' ').Skip(1), "--log", Path.GetTempPath()]).MustBeUserError("--log", "directory");
    }

    [Theory]
    [InlineData("threshold --n 5 --theta 0", "n,theta,degree,coefficient,coefficientDecimal", "5,0,5,3/16,0.1875", 7)]
    [InlineData("majority --n 5", "n,k,relevant,irrelevant,gap,gapDecimal", "5,4,-1/8,3/8,-1/4,-0.25", 3)]
    [InlineData(
        "baselines --copies 1",
        "n,k,copies,subsets,paper,mean,q05,q1,median,q3,q95,tolerance,queries,labels,epsilon,fixedFeatures",
        "30,3,1,4060,4061,",
        2)]
    public void Csv_has_a_heading_and_rows(string arguments, string heading, string lastStart, int count)
    {
        string[] lines = Lines($"theory {arguments} --format csv");

        Assert.Equal(heading, lines[0]);
        Assert.StartsWith(lastStart, lines[^1], StringComparison.Ordinal);
        Assert.Equal(count, lines.Length);
    }

    [Theory]
    [InlineData("theory frobnicate", "frobnicate", "majority, threshold, gradient, flow, baselines, one-step")]
    [InlineData("theory", "parity theory --help")]
    [InlineData("theory majority --n 14", "--n 14", "odd")]
    [InlineData("theory majority --n 257", "--n 257", "from 3 to 255")]
    [InlineData("theory majority --k 3", "--k 3", "even")]
    [InlineData("theory majority --n 5 --k 6", "--k 6", "at most n-1", "5")]
    [InlineData("theory majority --k 2,2", "--k 2,2", "different")]
    [InlineData("theory majority --colour red", "--colour", "parity theory majority --help")]
    [InlineData("theory majority --k", "--k", "parity theory majority --help")]
    [InlineData("theory threshold --theta 0.5", "--theta 0.5", "integer")]
    [InlineData("theory threshold --theta 0,,1", "--theta ''", "integer")]
    [InlineData("theory gradient --n 31", "--n 31", "from 1 to 30")]
    [InlineData("theory gradient --n 5 --k 6", "--k 6", "at most n", "5")]
    [InlineData("theory gradient --k 13 --activation polynomial", "--k 13", "at most 12", "polynomial")]
    [InlineData("theory gradient --activation tanh", "--activation tanh", "relu, power, zigzag, polynomial, triangle, sin, majority")]
    [InlineData("theory gradient --init sparse", "--init sparse", "xavier-uniform, kaiming-normal, sign, torch")]
    [InlineData("theory gradient --precision half", "--precision half", "auto, fp32, fp64")]
    [InlineData("theory gradient --bias 1", "--bias 1", "init, zero")]
    [InlineData("theory gradient --device tpu", "--device tpu", "cpu")]
    [InlineData("theory gradient --format xml", "--format xml", "text, json, csv")]
    [InlineData("theory flow --k 2", "--k 2", "from 3")]
    [InlineData("theory flow --n-block 64", "--n-block 64", "two or more")]
    [InlineData("theory flow --error 0.5", "--error 0.5", "to 0.499")]
    [InlineData("theory flow --error NaN", "--error NaN", "number from")]
    [InlineData("theory flow --init torch", "--init torch", "sign, normal")]
    [InlineData("theory baselines --k 31", "--k 31", "at most n", "30")]
    [InlineData("theory baselines --copies 0", "--copies 0", "from 1")]
    [InlineData("theory baselines --epsilon 2", "--epsilon 2", "to 1")]
    [InlineData("theory one-step --n 16", "--n 16", "odd")]
    [InlineData("theory one-step --k 5", "--k 5", "even")]
    public void Bad_input_gets_one_line(string arguments, params string[] names) =>
        Run(arguments).MustBeUserError(names);

    [Theory]
    [InlineData("majority", "--k", "[default: all]", "Examples:")]
    [InlineData("threshold", "--theta", "Examples:")]
    [InlineData("gradient", "--activation", "fp64", "[default: 2,4,6]", "Examples:")]
    [InlineData("flow", "--n-block", "Examples:")]
    [InlineData("baselines", "--copies", "Examples:")]
    [InlineData("one-step", "--width", "Examples:")]
    public void Help_shows_options_and_examples(string command, params string[] parts)
    {
        CommandResult help = CommandLine.Run("theory", command, "--help");

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.All(parts, part => Assert.Contains(part, help.Output, StringComparison.Ordinal));
        Assert.All(help.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 100, line));
    }

    private static CommandResult Run(string arguments) => CommandLine.Run(arguments.Split(' '));

    private static string[] Lines(string arguments)
    {
        CommandResult result = Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output.TrimEnd().Split(Environment.NewLine);
    }
}
