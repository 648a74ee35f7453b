using System.Globalization;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

public sealed class DivergedCurveTests
{
    /// <summary>The last point of a curve is of weights that are not finite, which have no loss and no accuracy.</summary>
    [Theory]
    [InlineData("mlp", "hinge")]
    [InlineData("mlp", "square")]
    [InlineData("mlp", "logistic")]
    [InlineData("mlp", "correlation")]
    [InlineData("transformer", "hinge")]
    [InlineData("transformer", "logistic")]
    [InlineData("transformer", "correlation")]
    public void A_diverged_run_has_no_finite_loss(string model, string loss)
    {
        string[] options =
            ["train", "--n", "6", "--k", "2", "--model", model, "--width", "8", "--batch", "8", "--lr", "1e20", "--loss", loss, "--curve", "1", "--max-steps", "100", "--device", "cpu"];
        string csv = CommandLine.Run([.. options, "--format", "csv"]).Output;
        string json = CommandLine.Run([.. options, "--format", "json"]).Output;

        string[] last = csv.TrimEnd().Split(Environment.NewLine)[^1].Split(',');
        Assert.False(double.IsFinite(Number(last[1])), last[1]);
        Assert.Equal("NaN", last[2]);
        Assert.Contains("\"outcome\": \"diverged\"", json, StringComparison.Ordinal);
        Assert.Equal("null", json[(json.LastIndexOf("trainLoss", StringComparison.Ordinal) + "trainLoss\": ".Length)..][..4]);
    }

    private static double Number(string cell) => cell switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(cell, CultureInfo.InvariantCulture),
    };
}
