using System.CommandLine;
using System.Diagnostics;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Specs;
using ParityGpu.Theory;

namespace ParityGpu.Cli.Theory;

/// <summary>Whether a neuron has its initial bias.</summary>
internal enum BiasChoice { Init, Zero }

/// <summary>parity theory gradient: the exact population gradient of a neuron, from all 2^n inputs.</summary>
internal sealed class GradientCommand
{
    private const int MaxWidth = 1 << 24;

    private static readonly ResultTable<Row> Table = new(
        new("n", row => row.Gradient.Gradient.Count),
        new("k", row => row.Gradient.K, "k"),
        new("activation", row => row.Activation),
        new("init", row => row.Init),
        new("seed", row => row.Seed, "seed"),
        new("atSubset", row => row.Gradient.AtSubset, "at S", row => Real(row.Gradient.AtSubset)),
        new("weakestRelevant", row => row.Gradient.Weakest, "weakest in S", row => Entry(row.Gradient, row.Gradient.Weakest)),
        new(
            "strongestIrrelevant",
            row => row.Gradient.Strongest,
            "strongest outside",
            row => row.Gradient.Strongest is { } other ? Entry(row.Gradient, other) : "-"),
        new("gap", row => row.Gradient.Gap, "gap", row => Real(row.Gradient.Gap)),
        new("precision", row => row.Precision),
        new("gradient", row => row.Gradient.Gradient));

    private readonly Option<int> n = TheoryOptions.Value("--n", "inputs", new IntegerKind<int>(1, Spectrum.MaxInputs), 15);

    private readonly Option<ValueList<int>> k = TheoryOptions.List(
        "--k", "parity degrees, at most n", new IntegerKind<int>(1, Spectrum.MaxInputs), 2, 4, 6);

    private readonly Option<NeuronActivation> activation = TheoryOptions.Value(
        "--activation", "activation of the neuron; majority is |z|, whose slope is sign z", new NameKind<NeuronActivation>(), NeuronActivation.Relu);

    private readonly Option<Init> init = TheoryOptions.Value("--init", "its initial weights", new DenseInitKind(), Init.Sign);

    private readonly Option<int> width = TheoryOptions.Value(
        "--width", "hidden units of the network; the neuron is the first of them", new IntegerKind<int>(1, MaxWidth), 100);

    private readonly Option<BiasChoice> bias = TheoryOptions.Value("--bias", "its bias", new NameKind<BiasChoice>(), BiasChoice.Zero);
    private readonly Option<long> seeds = TheoryOptions.Value("--seeds", "number of neurons, with seeds 0, 1, ...", new IntegerKind<long>(1, 10_000), 1L);
    private readonly Option<int> top = TheoryOptions.Value("--top", "number of irrelevant inputs to list", new IntegerKind<int>(0, Spectrum.MaxInputs), 3);

    private readonly Option<Precision> precision = TheoryOptions.Value(
        "--precision", "arithmetic; auto is fp64 where the device has it", new NameKind<Precision>(), Precision.Auto);

    private readonly Option<string> device = SharedOptions.Device();
    private readonly Option<int?> threads = SharedOptions.Threads();
    private readonly Option<string> format = TheoryOptions.Format();

    private GradientCommand() => device.Description = "where to compute: auto, cpu, opencl[:i] or cuda[:i]";

    public static Command Create()
    {
        var gradient = new GradientCommand();
        var command = new Command(
            "gradient",
            "Exact population gradient of a neuron under correlation loss, and its Fourier gap, from all 2^n inputs.")
        {
            gradient.n,
            gradient.k,
            gradient.activation,
            gradient.init,
            gradient.width,
            gradient.bias,
            gradient.seeds,
            gradient.top,
            gradient.precision,
            gradient.device,
            gradient.threads,
            gradient.format,
        };
        command.SetAction(gradient.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int inputs = parsed.GetValue(n);
        IReadOnlyList<int> degrees = parsed.GetValue(k)!.Values;
        NeuronActivation named = parsed.GetValue(activation);
        foreach (int degree in degrees)
            Check(degree, inputs, named);

        var rows = new List<Row>();
        string heading;
        using (Device opened = DeviceCatalog.Open(parsed.GetValue(device)!, parsed.GetValue(threads), parsed.InvocationConfiguration.Error.WriteLine))
        using (Spectrum spectrum = Spectrum.Allocate(opened, inputs, parsed.GetValue(precision)))
        {
            string arithmetic = new NameKind<Precision>().Format(spectrum.Precision);
            var clock = Stopwatch.StartNew();
            foreach (int degree in degrees)
            {
                for (long seed = 0; seed < parsed.GetValue(seeds); seed++)
                {
                    Neuron neuron = Neuron.Initial(
                        named, inputs, degree, parsed.GetValue(width), parsed.GetValue(init), seed, parsed.GetValue(bias) == BiasChoice.Init);
                    rows.Add(new Row(
                        new NameKind<NeuronActivation>().Format(named),
                        new NameKind<Init>().Format(parsed.GetValue(init)),
                        seed,
                        arithmetic,
                        PopulationGradient.Of(spectrum, neuron)));
                }
            }

            heading = $"{rows.Count} x 2^{inputs} inputs on {opened.Name} ({opened.Description}) in {arithmetic}, {clock.Elapsed.TotalSeconds:0.00} s";
        }

        bool text = parsed.GetValue(format) == "text";
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (text)
            ScreenText.Write(output, heading);

        Table.Write(output, parsed.GetValue(format)!, rows);
        if (text)
            WriteLargest(output, rows, parsed.GetValue(top));

        return ExitCodes.Ok;
    }

    private static void Check(int k, int n, NeuronActivation activation)
    {
        if (k > n)
            throw new UserErrorException($"--k {k}: must be at most n (n = {n})");

        if (activation == NeuronActivation.Polynomial && k > PointValidation.MaxPolynomialDegree)
            throw new UserErrorException($"--k {k}: must be at most {PointValidation.MaxPolynomialDegree} for --activation polynomial");
    }

    /// <summary>All relevant inputs and the strongest others.</summary>
    private static void WriteLargest(TextWriter output, IEnumerable<Row> rows, int top)
    {
        output.WriteLine();
        var table = new TextTable("k", "seed", "input", "coefficient of", "gradient") { Left = ["coefficient of"] };
        foreach (Row row in rows)
        {
            PopulationGradient gradient = row.Gradient;
            IEnumerable<int> others = Enumerable.Range(gradient.K, gradient.Gradient.Count - gradient.K)
                .OrderByDescending(i => Math.Abs(gradient.Gradient[i])).Take(top);
            foreach (int i in Enumerable.Range(0, gradient.K).Concat(others))
            {
                table.Add(
                    $"{gradient.K}", $"{row.Seed}", $"{i}", i < gradient.K ? $"S without {i}" : $"S and {i}", Real(gradient.Gradient[i]));
            }
        }

        table.Write(output);
    }

    private static string Entry(PopulationGradient gradient, int input) => $"{Real(gradient.Gradient[input])} ({input})";

    private static string Real(double value) => Math.Abs(value) is >= 1e-4 or 0 ? $"{value:0.00000000}" : $"{value:0.00000e+0}";

    private sealed record Row(string Activation, string Init, long Seed, string Precision, PopulationGradient Gradient);

    /// <summary>The initialisations whose neurons all read every input and that need no σ; a sparse neuron reads only some inputs.</summary>
    private sealed class DenseInitKind : ValueKind<Init>
    {
        private readonly NameKind<Init> all = new();

        public override string Allowed => $"one of {string.Join(", ", Names)}";

        public override string HelpName => all.HelpName;

        public override IReadOnlyList<string> Names => [.. all.Names.Where(name => name != all.Format(Init.Sparse) && name != all.Format(Init.Gaussian))];

        public override bool TryParse(string text, out Init value) => all.TryParse(text, out value);

        public override bool Allows(Init value) => value is not (Init.Sparse or Init.Gaussian) && all.Allows(value);

        public override string Format(Init value) => all.Format(value);
    }
}
