using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ParityGpu.Specs;
using ParityGpu.Tests.Logs;
using ParityGpu.Tests.Scheduling;
using Xunit;
using Xunit.Abstractions;

namespace ParityGpu.Tests.Independent;

/// <summary>
/// The program against tests/independent, a trainer in NumPy written from the documentation: every run of specs.json ends at the same
/// step with the same held-out errors, and its curve is the same to 10^-4. Runs of chaotic specs, in which a rounding grows until it
/// decides, are exempt and say why.
/// </summary>
public sealed partial class IndependentScriptTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;
    private const double LeastAgreeing = 0.95;

    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A spec of specs.json and the seeds, one after the other, to train it from.</summary>
    private sealed record Item(JsonElement Spec, long[] Seeds, string? Chaotic);

    /// <summary>A run of the script; errors are null where it diverged or its labels are real numbers, the loss where they are not.</summary>
    private sealed record ScriptRun(long Steps, string Outcome, int? HeldOutErrors, double? HeldOutLoss, ScriptPoint[] Curve, ScriptTask[] Tasks);

    /// <summary>What it made of a task.</summary>
    private sealed record ScriptTask(long Learned, double Loss);

    /// <summary>A point of its curve.</summary>
    private sealed record ScriptPoint(
        long Step, double TrainLoss, double TrainAccuracy, double Accuracy, double Loss, double Movement, double MovementRelevant, double MovementIrrelevant,
        double[] Coefficients, double[] Norms);

    /// <summary>How a run of the program differs from the script's; null where it does not.</summary>
    private sealed record Comparison(Item Item, long Seed, string? Difference)
    {
        public override string ToString() => $"{Item.Spec.GetRawText()}, seed {Seed}: {Difference}";
    }

    [PythonFact("numpy")]
    public void The_program_trains_as_the_script_does()
    {
        string specs = File.ReadAllText(Script("specs.json"));
        Item[] items = JsonSerializer.Deserialize<Item[]>(specs, Names)!;
        Task<ScriptRun[][]> script = Task.Run(() => RunScript(specs));
        FinishedRun[][] program = [.. items.Select(Train)];
        ScriptRun[][] runs = script.GetAwaiter().GetResult();

        Comparison[] all = [.. Compare(items, program, runs)];
        Comparison[] regular = [.. all.Where(comparison => comparison.Item.Chaotic is null)];
        string differences = string.Join('\n', regular.Where(comparison => comparison.Difference is not null));

        output.WriteLine($"{items.Length} specs, {all.Length} runs, {all.Count(comparison => comparison.Difference is null)} agree");
        Assert.Equal(92, items.Length);
        double agreeing = regular.Count(comparison => comparison.Difference is null);
        Assert.True(agreeing / regular.Length >= LeastAgreeing, $"{agreeing} of {regular.Length} runs agree:\n{differences}");
        Assert.All(
            regular.GroupBy(comparison => comparison.Item),
            spec => Assert.True(spec.Any(comparison => comparison.Difference is null), string.Join('\n', spec)));
    }

    private static FinishedRun[] Train(Item item)
    {
        SweepSpec spec = SpecFile.Read(item.Spec, "") with { FirstSeed = item.Seeds[0], Seeds = item.Seeds.Length };
        spec = spec with { CurveNorms = spec.Curve != CurveSteps.None };
        var list = new RecordList();
        Sweep.Run(spec, list, new SweepOptions { Device = "cpu" });
        Assert.Equal(item.Seeds, list.SortedRuns.Select(run => run.Record.Seed));
        return list.SortedRuns;
    }

    private static IEnumerable<Comparison> Compare(Item[] items, FinishedRun[][] program, ScriptRun[][] script) =>
        from i in Enumerable.Range(0, items.Length)
        from run in Enumerable.Range(0, items[i].Seeds.Length)
        select new Comparison(items[i], items[i].Seeds[run], Difference(items[i], program[i][run], script[i][run]));

    private static string? Difference(Item item, FinishedRun program, ScriptRun script)
    {
        RunRecord record = program.Record;
        string outcome = record.Outcome.ToString().ToLowerInvariant();
        int? errors = record.Outcome == Outcome.Diverged || double.IsNaN(record.Accuracy)
            ? null
            : (int)Math.Round((1 - record.Accuracy) * item.Spec.GetProperty("testSamples").GetInt32());
        if ((outcome, record.Steps, errors) != (script.Outcome, script.Steps, script.HeldOutErrors))
            return $"{outcome} at {record.Steps} with {errors} errors, by the script {script.Outcome} at {script.Steps} with {script.HeldOutErrors}";

        if (script.HeldOutLoss is { } loss && !Agree(record.Loss, loss))
            return $"loss {record.Loss}, by the script {loss}";

        if (program.Curve!.Points.Length != script.Curve.Length)
            return $"{program.Curve.Points.Length} points, by the script {script.Curve.Length}";

        TaskRecord[] tasks = [.. program.Curve.Tasks];
        if (tasks.Length != script.Tasks.Length || tasks.Zip(script.Tasks).Any(pair => pair.First.Learned != pair.Second.Learned || !Agree(pair.First.Loss, pair.Second.Loss)))
            return $"tasks [{string.Join(", ", tasks)}], by the script [{string.Join<ScriptTask>(", ", script.Tasks)}]";

        bool finite = record.Outcome != Outcome.Diverged;
        return program.Curve.Points.Zip(script.Curve, (at, point) => Difference(at, point, finite)).FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(CurvePoint program, ScriptPoint script, bool finite)
    {
        double[] norms = [program.Norms.L1, program.Norms.L2, program.Norms.Largest];
        double[] left =
        [
            program.Step, program.TrainLoss, program.TrainAccuracy, program.Accuracy, program.Loss, program.Movement, program.MovementRelevant, program.MovementIrrelevant,
            .. Enumerable.Range(0, script.Coefficients.Length).Select(monomial => (double)program.Means.Of(monomial)), .. finite ? norms : [],
        ];
        double[] right =
        [
            script.Step, script.TrainLoss, script.TrainAccuracy, script.Accuracy, script.Loss, script.Movement, script.MovementRelevant, script.MovementIrrelevant,
            .. script.Coefficients, .. finite ? script.Norms : [],
        ];
        return left.Zip(right).All(pair => Agree(pair.First, pair.Second))
            ? null
            : $"[{string.Join(", ", left)}], by the script [{string.Join(", ", right)}]";
    }

    private static bool Agree(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Abs(left));

    private static ScriptRun[][] RunScript(string specs)
    {
        using Process process = Process.Start(new ProcessStartInfo(PythonFactAttribute.Python, ["-B", Script("")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["OPENBLAS_NUM_THREADS"] = "1" },
        })!;
        process.StandardInput.Write(specs);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return JsonSerializer.Deserialize<ScriptRun[][]>(NonFinite().Replace(output, "\"$0\""), Names)!;
    }

    /// <summary>What Python writes for numbers that JSON does not have.</summary>
    [GeneratedRegex("NaN|-?Infinity")]
    private static partial Regex NonFinite();

    private static string Script(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "independent", name);
}
