using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
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
        ["model", "activation", "output", "depth", "dEmb", "heads", "dAttn", "loss", "optimizer", "samples", "noise"];

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
        var command = new Command("bench", "Measures seed-steps per second and effective GFLOP/s.")
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

            if (parsed.GetValue(format) == "json")
                WriteJson(parsed.InvocationConfiguration.Output, results);
            else
                WriteText(parsed.InvocationConfiguration.Output, results);

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

        result.AddError($"--shape {text}: must be four integers n,k,r,B of at least 1 with k at most n");
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

    private static void WriteText(TextWriter output, IReadOnlyList<BenchResult> results)
    {
        var table = new TextTable(
            "device", "threads", "network", "n", "k", "width", "batch", "runs", "seed-steps/s", "GFLOP/s", "peak GFLOP/s")
        {
            Keys = 7,
            Left = ["device", "network"],
        };
        foreach (BenchResult r in results)
        {
            table.Add(
                r.Device,
                r.Threads > 0 ? $"{r.Threads}" : "-",
                r.Network,
                $"{r.Point.N}",
                $"{r.Point.K}",
                $"{r.Point.Width}",
                $"{r.Point.Batch}",
                $"{r.Runs}",
                $"{r.SeedStepsPerSecond:N0}",
                r.EffectiveGflops is { } effective ? $"{effective:0.0}" : "-",
                r.PeakGflops is { } peak ? $"{peak:0.0}" : "-");
        }

        table.Write(output);
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<BenchResult> results) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartArray();
            foreach (BenchResult r in results)
            {
                json.WriteStartObject();
                json.WriteString("device", r.Device);
                json.WriteNumber("threads", r.Threads);
                json.WriteString("network", r.Network);
                json.WriteNumber("n", r.Point.N);
                json.WriteNumber("k", r.Point.K);
                json.WriteNumber("width", r.Point.Width);
                json.WriteNumber("batch", r.Point.Batch);
                json.WriteNumber("runs", r.Runs);
                json.WriteNumber("seedStepsPerSecond", r.SeedStepsPerSecond);
                WriteRate(json, "effectiveGflops", r.EffectiveGflops);
                WriteRate(json, "peakGflops", r.PeakGflops);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteRate(Utf8JsonWriter json, string name, double? rate)
    {
        if (rate is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
