using System.CommandLine;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>--where: the points of logs that a command is about.</summary>
internal sealed class WhereOption
{
    /// <summary>Prefix of a condition on runs rather than points.</summary>
    private const string SeedName = "seed=";

    private readonly bool seeds;

    private readonly Option<string[]> option = new("--where")
    {
        HelpName = "setting=value,...",
        DefaultValueFactory = _ => [],
    };

    /// <param name="seeds">Whether seeds may be chosen too.</param>
    public WhereOption(bool seeds = false)
    {
        this.seeds = seeds;
        option.Description = $"only points with these values of a setting, such as n=30,40{(seeds ? ", or runs with these seeds, such as seed=3" : "")}; may be repeated";
        option.CompletionSources.Add(context => Completions.OfCondition(context.WordToComplete));
    }

    /// <summary>The option to add to a command.</summary>
    public Option<string[]> Option => option;

    /// <summary>The values that points must have.</summary>
    /// <exception cref="UserErrorException">Something given is not a condition.</exception>
    public PointFilter Read(ParseResult parsed) => new(
        [.. parsed.GetValue(option)!.Where(text => !IsOfSeeds(text)).Select(Condition)]);

    /// <summary>The seeds that runs must have; none for all.</summary>
    /// <exception cref="UserErrorException">Something given is not a condition.</exception>
    public IReadOnlyList<long> Seeds(ParseResult parsed) =>
        [.. parsed.GetValue(option)!.Where(IsOfSeeds).SelectMany(text => text[SeedName.Length..].Split(',').Select(seed => Seed(text, seed)))];

    private bool IsOfSeeds(string text) => seeds && text.StartsWith(SeedName, StringComparison.Ordinal);

    private static long Seed(string text, string seed) => WholeNumber.TryParse(seed, out long value) && value >= 0
        ? value
        : throw new UserErrorException($"--where {SpecSetting.Echo(text)}: must be seeds, such as {SeedName}3 or {SeedName}0,1,2");

    private static (SpecSetting Setting, IReadOnlyList<string> Values) Condition(string text)
    {
        string[] sides = text.Split('=', 2);
        if (sides.Length != 2)
            throw new UserErrorException($"--where {SpecSetting.Echo(text)}: must be a setting and its values, such as n=30,40");

        SpecSetting setting = SettingValue.Find(sides[0], "--where");
        string[] values = setting.IsList ? sides[1].Split(',') : [sides[1]];
        return (setting, setting.Values(setting.Apply(new SweepSpec(), values, $"--where {setting.Option[2..]}")));
    }
}
