using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Logs;
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
        if model == "tasks":
            task = numpy.random.default_rng(2).choice(len(run["task_frequency"]), 4000, p=run["task_frequency"])
            x[:, run["task_controls"].any(axis=0)] = 1.0
            x[run["task_controls"][task]] = -1.0
            label = numpy.where(run["task_inputs"][task], x, 1.0).prod(axis=1)
            x = (1 - x) / 2
        else:
            label = x[:, run["relevant_inputs"]].prod(axis=1)
        z = x @ run["hidden_weight"].T + run["hidden_bias"]
        if model == "polynet":
            f = z.prod(axis=1)
        else:
            h = z ** 2 if model == "deep" else numpy.maximum(z, 0)
            if model == "deep":
                h = (h @ run["hidden2_weight"].T + run["hidden2_bias"]) ** 2
            f = h @ run["output_weight"] + run["output_bias"]
        print((f * label > 0).mean(), run["seed"], run["steps"], run["accuracy"], run["settings"])
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
        Assert.StartsWith(
            "1.0 0 ",
            Evaluate(
                "tasks", "--tasks", "3", "--n", "8", "--k", "2", "--width", "40", "--batch", "100", "--lr", "0.01", "--optimizer", "adam", "--init", "torch", "--loss", "logistic",
                "--encoding", "01"),
            StringComparison.Ordinal);
        Assert.StartsWith("1.0 0 ", Evaluate("deep", "--n", "10", "--k", "2", "--model", "deep", "--width", "20", "--lr", "0.02"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transformers_arrays_are_its_references_parameters()
    {
        var spec = new SweepSpec { N = [6], K = [2], Model = [Model.Transformer], Width = [5], DEmb = [7], Heads = [3], DAttn = [4], Seeds = 1, MaxSteps = 3 };
        using Device cpu = DeviceCatalog.OpenCpu(1);
        var kept = new RecordList();
        SweepRunner.Run(spec, cpu, new RunSet(), kept, _ => { }, CancellationToken.None, kept: KeptParameters.AtEnd);
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
    public void The_file_of_a_step_has_the_parameters_of_a_run_that_ends_there_and_norms_are_theirs()
    {
        string[] sweep =
        [
            "sweep", "--n", "9", "--k", "3", "--width", "6", "--batch", "16", "--activation", "sin", "--check", "never", "--seeds", "2", "--device", "cpu", "--quiet",
            "--curve", "10", "--curve-norms", "true", "--weights-at", "curve",
        ];
        Well([.. sweep, "--max-steps", "35", "--log", folder["log"], "--weights", folder["steps"]]);
        Well([.. sweep, "--max-steps", "20", "--log", folder["short"], "--weights", folder["short-steps"]]);

        Assert.Equal(
            from seed in new[] { 0, 1 }
            from step in new[] { "-step-0", "-step-10", "-step-20", "-step-30", "" }
            select $"point-0-seed-{seed}{step}.npz",
            Directory.GetFiles(folder["steps"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (int seed in new[] { 0, 1 })
        {
            Assert.Equal(
                Arrays(Path.Combine(folder["short-steps"], $"point-0-seed-{seed}.npz")),
                Arrays(Path.Combine(folder["steps"], $"point-0-seed-{seed}-step-20.npz")));
        }

        using RunLogReader log = RunLogReader.Open(folder["log"]);
        while (log.Read())
        {
            if (log.Kind != LogMessageKind.Run)
                continue;

            foreach (CurvePoint at in log.Curve!.Points)
            {
                string file = WeightsFolder.FileOf(0, log.Run.Seed, at.Step);
                float[] values = Parameters(Path.Combine(folder["steps"], at.Step == 35 ? WeightsFolder.FileOf(0, log.Run.Seed) : file));
                Assert.Equal((9 * 6) + 6 + 6 + 1, values.Length);
                Assert.Equal(values.Max(Math.Abs), at.Norms.Largest);
                Assert.Equal(values.Sum(value => Math.Abs((double)value)), at.Norms.L1, 1e-6 * at.Norms.L1);
                Assert.Equal(Math.Sqrt(values.Sum(value => (double)value * value)), at.Norms.L2, 1e-6 * at.Norms.L2);
            }
        }
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
            $"--weights {folder["w"]}: its files are numbered by point, and these options change the log's points; must be used with a new log",
            Error(["sweep", "--resume", folder["log"], "--width", "10,20", "--weights", folder["w"], "--device", "cpu"]));
        Assert.Equal($"--weights {folder["log"]}: must be the name of a folder", Error(["sweep", "--weights", folder["log"], "--device", "cpu"]));
        Assert.False(File.Exists(folder["other"]));
    }

    /// <summary>The arrays of parameters in an archive, as the bytes of their files.</summary>
    private static IEnumerable<(string Name, string Bytes)> Arrays(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name.StartsWith("hidden", StringComparison.Ordinal) || entry.Name.StartsWith("output", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            yield return (entry.Name, Convert.ToHexString(bytes.ToArray()));
        }
    }

    /// <summary>The numbers of these arrays: what comes behind a header of 128 bytes.</summary>
    private static float[] Parameters(string path) =>
        [.. Arrays(path).SelectMany(array => MemoryMarshal.Cast<byte, float>(Convert.FromHexString(array.Bytes).AsSpan(128)).ToArray())];

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
