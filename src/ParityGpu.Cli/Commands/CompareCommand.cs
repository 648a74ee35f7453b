using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Commands;

/// <summary>parity compare: whether convergence times differ between points, and by how much.</summary>
internal sealed class CompareCommand
{
    private readonly Argument<string[]> logs = new("LOG")
    {
        Description = "two logs of 'parity sweep', compared point by point, or one log of two points",
        Arity = new ArgumentArity(1, 2),
    };

    private readonly Option<string?> by = new("--by")
    {
        Description = "compare all values of this setting, such as lr; two logs are then combined",
        HelpName = "setting",
    };

    private readonly Option<bool> independent = new("--independent")
    {
        Description = "treat runs with the same seed as independent samples, not as pairs: log-rank and Kolmogorov-Smirnov tests",
    };

    private readonly WhereOption where = new();
    private readonly OutputFormat format = new("text", "json", "csv");
    private readonly OutputOptions result = new("the comparison");

    private CompareCommand()
    {
    }

    public static Command Create()
    {
        var compare = new CompareCommand();
        compare.by.CompletionSources.Add(Completions.Settings);
        var command = new Command("compare", "Compares convergence times: ratios of medians with 95 % intervals, and paired tests of runs with the same seed.")
        {
            compare.logs,
            compare.by,
            compare.independent,
            compare.where.Option,
            compare.format.Option,
        };
        compare.result.AddTo(command);
        command.SetAction(compare.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string form = format.Read(parsed, result.Name(parsed));
        result.Write(parsed, parsed.GetValue(logs)!, output => Compare(parsed, form, output));
        return ExitCodes.Ok;
    }

    private void Compare(ParseResult parsed, string form, TextWriter output)
    {
        PointFilter filter = where.Read(parsed);
        string[] paths = parsed.GetValue(logs)!;
        TextWriter error = parsed.InvocationConfiguration.Error;
        SpecSetting? setting = parsed.GetValue(by) is { } name ? SettingValue.Find(name, "--by") : null;
        var builders = new List<SummaryBuilder>();
        IReadOnlyList<PointPair> pairs;
        if (setting is not null)
        {
            builders.Add(Read(filter, paths));
            pairs = By(setting, builders[0]);
        }
        else if (paths.Length == 2)
        {
            if (Path.GetFullPath(paths[0]) == Path.GetFullPath(paths[1]))
                throw new UserErrorException($"{paths[1]}: is given twice; must be another log");

            builders.AddRange(paths.Select(path => Read(filter, path)));
            pairs = PointPair.OfLogs((paths[0], builders[0].Points), (paths[1], builders[1].Points));
        }
        else
        {
            builders.Add(Read(filter, paths));
            pairs = Both(paths[0], builders[0].Points);
        }

        CompareOutput.Write(
            output, form, builders.Count == 2 ? paths : [], PointComparison.Of(pairs, parsed.GetValue(independent)), builders);
        for (int i = 0; i < builders.Count; i++)
            SummaryCommand.WriteNotes(error, builders[i], form == "text", builders.Count == 2 ? paths[i] : null);

        int compared = pairs.SelectMany(pair => new[] { pair.A, pair.B }).Distinct().Count();
        if (setting is not null && compared < builders[0].Points.Count)
            error.WriteLine($"{builders[0].Points.Count - compared} of {builders[0].Points.Count} points are left out: no other point differs from them in {setting.Option[2..]} alone");
    }

    private static SummaryBuilder Read(PointFilter filter, params string[] paths)
    {
        SummaryBuilder builder = SummaryCommand.Read(paths, filter, keepSeeds: true);
        return builder.Finished > 0
            ? builder
            : throw new UserErrorException($"{string.Join(", ", paths)}: no run is finished; must be a log with finished runs");
    }

    private static IReadOnlyList<PointPair> By(SpecSetting setting, SummaryBuilder builder)
    {
        IReadOnlyList<PointPair> pairs = PointPair.By(setting, builder.Points);
        if (pairs.Count > 0)
            return pairs;

        string[] varying =
            [.. SpecSetting.Varying(builder.Points.Select(entry => entry.Point)).Select(other => other.Option[2..])];
        throw new UserErrorException(varying.Length == 0
            ? $"--by {setting.Option[2..]}: all runs are of one point; must be used with logs of several points"
            : $"--by {setting.Option[2..]}: no two points differ in it alone; must be a setting that varies, here {string.Join(", ", varying)}");
    }

    private static IReadOnlyList<PointPair> Both(string path, IReadOnlyList<PointRuns> points) =>
        points.Count == 2
            ? [new PointPair(points[0], points[1])]
            : throw new UserErrorException(
                $"{path}: has {(points.Count == 1 ? "1 point" : $"{points.Count} points")}; must have two, or be used with a second log or with --by SETTING");
}
