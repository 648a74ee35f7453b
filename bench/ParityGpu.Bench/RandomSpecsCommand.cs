using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.RandomSpecs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.Bench;

/// <summary>random-specs: trains random sweeps on a device and on the CPU and compares records and curves bit for bit.</summary>
internal sealed class RandomSpecsCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Option<string> device = new("--device")
    {
        Description = "devices to check, as parity takes them; cpu is compared with scalar code",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<long> count = new("--count") { Description = "sweeps", DefaultValueFactory = _ => 100 };
    private readonly Option<int> seed = new("--seed") { Description = "which sequence of sweeps", DefaultValueFactory = _ => 1 };
    private readonly Option<long> first = new("--first") { Description = "number of the first sweep", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> json = new("--json") { Description = "file for counts" };

    public static Command Create()
    {
        var self = new RandomSpecsCommand();
        var command = new Command("random-specs", "Trains random sweeps on a device and on the CPU and compares every bit.")
        {
            self.device, self.count, self.seed, self.first, self.json,
        };
        command.SetAction(parsed => self.Run(parsed, parsed.InvocationConfiguration.Output));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output)
    {
        string selector = parsed.GetValue(device)!;
        long start = Stopwatch.GetTimestamp();
        using var tested = new SweepDevices(selector, 1);
        using Device cpu = DeviceCatalog.OpenCpu(1);
        CpuVectors vectors = tested.Names.StartsWith("cpu", StringComparison.Ordinal) ? CpuVectors.None : CpuVectors.Widest;
        var comparison = new SpecComparison(BankDevice.Of(cpu, vectors), tested.Banks);
        var check = new RandomSpecCheck(comparison);
        long done = 0;
        var failures = new List<string>();
        try
        {
            foreach (CheckedSpec spec in check.Run(parsed.GetValue(seed), parsed.GetValue(first), parsed.GetValue(count)))
            {
                done++;
                if (spec.Difference is { } difference)
                    failures.Add(Report(output, parsed, spec.Index, difference));
            }
        }
        catch (Exception e) when (e is DeviceFailedException or UserErrorException)
        {
            output.WriteLine($"sweep {parsed.GetValue(first) + done}: {e.Message}");
            var (spec, _) = RandomSpecCheck.Draw(parsed.GetValue(seed), parsed.GetValue(first) + done);
            failures.Add(SpecSetting.Command(spec));
            output.WriteLine($"  {failures[^1]}");
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Summarise(output, check, comparison);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done} sweeps on {tested.Names}, {failures.Count} differ, {elapsed.TotalSeconds:0} s"));
        if (parsed.GetValue(json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(
                new
                {
                    device = tested.Names,
                    seed = parsed.GetValue(seed),
                    first = parsed.GetValue(first),
                    sweeps = done,
                    failures,
                    seconds = Math.Round(elapsed.TotalSeconds),
                    runs = comparison.Outcomes.ToDictionary(entry => entry.Key.ToString(), entry => entry.Value),
                    curvePoints = comparison.CurvePoints,
                    points = check.Coverage.Counts,
                },
                Indented) + "\n");
        }

        return failures.Count == 0 ? 0 : 1;
    }

    /// <summary>Prints a failure with what repeats it.</summary>
    private string Report(TextWriter output, ParseResult parsed, long index, SpecDifference difference)
    {
        string command = $"{SpecSetting.Command(difference.Spec)} --device {parsed.GetValue(device)}";
        output.WriteLine($"sweep {index}: {difference.Detail}");
        output.WriteLine($"  {command}");
        if (difference.Limits != LaunchLimits.None)
        {
            output.WriteLine(
                $"  only with at most {difference.Limits.Slots} slots and {difference.Limits.Steps} steps a launch: random-specs --seed {parsed.GetValue(seed)} --first {index} --count 1");
        }

        return command;
    }

    private static void Summarise(TextWriter output, RandomSpecCheck check, SpecComparison comparison)
    {
        foreach (var (kind, points) in check.Coverage.Counts)
            output.WriteLine($"{points,8} {kind}");

        foreach (var (outcome, runs) in comparison.Outcomes)
            output.WriteLine($"{runs,8} runs {outcome.ToString().ToLowerInvariant()}");

        output.WriteLine($"{comparison.CurvePoints,8} points of curves");
    }
}
