using System.Diagnostics;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using ParityGpu.Tests.Scheduling;
using ParityGpu.Weights;
using Xunit;

namespace ParityGpu.Tests.Weights;

public sealed class WeightsTests : IDisposable
{
    /// <summary>Says how often a network with the arrays of a file classifies random inputs as the parity does, and prints what else the file has.</summary>
    private const string Script =
        """
        import sys, numpy
        run = numpy.load(sys.argv[1])
        model = sys.argv[2]
        x = numpy.random.default_rng(1).choice([-1.0, 1.0], (4000, run["hidden_weight"].shape[1]))
        z = x @ run["hidden_weight"].T + run["hidden_bias"]
        if model == "polynet":
            f = z.prod(axis=1)
        else:
            h = z ** 2 if model == "deep" else numpy.maximum(z, 0)
            if model == "deep":
                h = (h @ run["hidden2_weight"].T + run["hidden2_bias"]) ** 2
            f = h @ run["output_weight"] + run["output_bias"]
        print((f * x[:, run["relevant_inputs"]].prod(axis=1) > 0).mean(), run["seed"], run["steps"], run["accuracy"], run["settings"])
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [PythonFact("numpy")]
    public void Numpy_reads_a_network_that_has_learned()
    {
        Assert.Equal(
            "1.0 4 15 1.0 parity sweep --n 10 --k 2 --width 30 --batch 16 --seeds 1 --first-seed 4",
            Evaluate("mlp", "--n", "10", "--k", "2", "--width", "30", "--batch", "16", "--seed", "4"));
        Assert.StartsWith("1.0 0 ", Evaluate("polynet", "--n", "10", "--k", "2", "--model", "polynet", "--subset", "random", "--lr", "0.05"), StringComparison.Ordinal);
        Assert.StartsWith("1.0 0 ", Evaluate("deep", "--n", "10", "--k", "2", "--model", "deep", "--width", "20", "--lr", "0.02"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transformers_arrays_are_its_references_parameters()
    {
        var spec = new SweepSpec { N = [6], K = [2], Model = [Model.Transformer], Width = [5], DEmb = [7], Heads = [3], DAttn = [4], Seeds = 1, MaxSteps = 3 };
        using Device cpu = DeviceCatalog.OpenCpu(1);
        var kept = new RecordList();
        SweepRunner.Run(spec, cpu, new RunSet(), kept, _ => { }, CancellationToken.None, keepsParameters: true);
        float[] parameters = kept.SortedRuns.Single().Parameters!;
        Point point = spec.Points().Single();

        var arrays = NetworkArrays.Of(point, parameters).ToDictionary(array => array.Name);
        double[] expected = new ReferenceTransformer(point, Losses.Named(point.Loss)).Read(parameters, BankShape.Of(point).Launch(1));

        Assert.All(arrays.Values, array => Assert.Equal(array.Shape.Aggregate(1, (product, size) => product * size), array.Values.Length));
        Assert.Equal(expected.Order(), arrays.Values.SelectMany(array => array.Values).Select(value => (double)value).Order());
        Assert.Equal(expected.Take((6 + 3) * 7), arrays["embedding"].Values.Select(value => (double)value));
        Assert.Equal([12, 7], arrays["query_weight"].Shape);
        Assert.Equal([7, 12], arrays["projection_weight"].Shape);
    }

    [Fact]
    public void A_resumed_sweep_has_the_files_of_one_that_was_not_stopped()
    {
        string[] sweep = ["sweep", "--n", "10", "--k", "2", "--width", "10,20", "--device", "cpu", "--quiet"];
        Well([.. sweep, "--seeds", "5", "--log", folder["whole"], "--weights", folder["all"]]);
        Well([.. sweep, "--seeds", "2", "--log", folder["part"], "--weights", folder["some"]]);
        Well(["sweep", "--resume", folder["part"], "--seeds", "5", "--weights", folder["some"], "--device", "cpu", "--quiet"]);

        string[] names = [.. Directory.GetFiles(folder["all"]).Select(Path.GetFileName).Order()!];
        Assert.Equal(10, names.Length);
        Assert.Equal(names, Directory.GetFiles(folder["some"]).Select(Path.GetFileName).Order());
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(folder["all"], name)), File.ReadAllBytes(Path.Combine(folder["some"], name))));
    }

    [Fact]
    public void A_folder_that_would_mix_sweeps_is_refused()
    {
        string[] sweep = ["sweep", "--n", "10", "--k", "2", "--width", "10", "--seeds", "1", "--device", "cpu", "--quiet", "--weights", folder["w"]];
        Well([.. sweep, "--log", folder["log"]]);

        Assert.Equal(
            $"--weights {folder["w"]}: is not empty; must be a new or empty folder, unless the sweep is resumed",
            Error([.. sweep, "--log", folder["other"]]));
        Assert.Equal(
            $"--weights {folder["w"]}: its files are numbered by point, and the log is given other points; must be a sweep of its own",
            Error(["sweep", "--resume", folder["log"], "--width", "10,20", "--weights", folder["w"], "--device", "cpu"]));
        Assert.Equal($"--weights {folder["log"]}: must be the name of a folder", Error(["sweep", "--weights", folder["log"], "--device", "cpu"]));
        Assert.False(File.Exists(folder["other"]));
    }

    private static void Well(string[] arguments) => Assert.Equal(0, CommandLine.Run(arguments).ExitCode);

    private static string Error(string[] arguments)
    {
        CommandResult result = CommandLine.Run(arguments);
        result.MustBeUserError();
        return result.Error.TrimEnd();
    }

    private string Evaluate(string model, params string[] options)
    {
        string file = folder[model + ".npz"];
        string script = folder["evaluate.py"];
        File.WriteAllText(script, Script);
        Well(["train", .. options, "--weights", file, "--device", "cpu", "--format", "csv"]);
        using Process python = Process.Start(new ProcessStartInfo(PythonFactAttribute.Python, [script, file, model]) { RedirectStandardOutput = true })!;
        string line = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return line.TrimEnd();
    }
}
