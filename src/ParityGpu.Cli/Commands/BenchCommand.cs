using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ParityGpu.Benchmarks;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Devices;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity bench: training speed per shape.</summary>
internal static class BenchCommand
{
    private const double MaxSeconds = 3600;

    private static readonly string[] NetworkSettings =
        ["model", "activation", "output", "depth", "dEmb", "heads", "dAttn", "loss", "optimizer", "samples", "noise", "inputBias", "mixture"];

    private static readonly ResultTable<BenchResult> Table = new(
        new("device", r => r.Device, "device"),
        new("threads", r => r.Threads, "threads", r => r.Threads > 0 ? $"{r.Threads}" : "-"),
        new("network", r => r.Network, "network"),
        new("n", r => r.Point.N, "n"),
        new("k", r => r.Point.K, "k"),
        new("width", r => r.Point.Width, "width"),
        new("batch", r => r.Point.Batch, "batch"),
        new("runs", r => r.Runs, "runs"),
        new("seedStepsPerSecond", r => r.SeedStepsPerSecond, "seed-steps/s", r => $"{r.SeedStepsPerSecond:N0}"),
        new("effectiveGflops", r => r.EffectiveGflops, "GFLOP/s", r => Rate(r.EffectiveGflops)),
        new("peakGflops", r => r.PeakGflops, "peak GFLOP/s", r => Rate(r.PeakGflops)))
    {
        Keys = 7,
        Left = ["device", "network"],
    };

    public static Command Create()
    {
        Option<string> device = SharedOptions.Device();
        Option<int?> threads = SharedOptions.Threads();
        var shapes = new Option<BenchShape[]>("--shape")
        {
            Description = "inputs, parity degree, hidden units, samples per step; may be repeated [default: five shapes]",
            HelpName = "n,k,r,B",
            CustomParser = result => [.. result.Tokens.Select(token => Shape(result, token.Value))],
            Arity = ArgumentArity.OneOrMore,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "time per shape",
            HelpName = "number",
            DefaultValueFactory = _ => 2,
            CustomParser = Seconds,
        };
        Option<string> format = SharedOptions.Format("text", "json");
        var settings = new SettingOptions(new SweepSpec());
        var command = new Command("bench", "Measures training speed: seed-steps per second and effective GFLOP/s.")
        {
            device,
            threads,
            shapes,
            seconds,
            format,
        };
        settings.AddTo(command, NetworkSettings.Select(name => SpecSetting.Find(name)!));
        command.SetAction(parsed =>
        {
            BenchShape[]? given = parsed.GetValue(shapes);
            Point[] points =
            [
                .. (given is null or [] ? BenchShape.Defaults : given).SelectMany(
                    shape => settings.Read(parsed, SpeedBenchmark.Spec(shape)).Points()),
            ];
            IReadOnlyList<BenchResult> results;
            using (Device opened = DeviceCatalog.Open(parsed.GetValue(device)!, parsed.GetValue(threads), parsed.InvocationConfiguration.Error.WriteLine))
            {
                results = SpeedBenchmark.Run(opened, points, parsed.GetValue(seconds));
            }

            Table.Write(parsed.InvocationConfiguration.Output, parsed.GetValue(format)!, results);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static BenchShape Shape(ArgumentResult result, string text)
    {
        int[] numbers =
        [
            .. text.Split(',').Select(part =>
                WholeNumber.TryParse(part, out long number) && number is > 0 and <= int.MaxValue ? (int)number : 0),
        ];
        if (numbers is [int n, int k, int width, int batch] && n >= 1 && k >= 1 && k <= n && width >= 1 && batch >= 1)
            return new BenchShape(n, k, width, batch);

        result.AddError($"--shape {text}: must be four integers n,k,r,B, each at least 1, with k at most n");
        return BenchShape.Defaults[0];
    }

    private static double Seconds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value > 0 && value <= MaxSeconds)
        {
            return value;
        }

        result.AddError($"--seconds {text}: must be a number above 0 and at most {MaxSeconds}");
        return 0;
    }

    private static string Rate(double? gflops) => gflops is { } known ? $"{known:0.0}" : "-";
}
