using System.CommandLine;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>--where: the points of logs that a command is about.</summary>
internal sealed class WhereOption
{
    private readonly Option<string[]> option = new("--where")
    {
        Description = "only points with these values of a setting, such as n=30,40; may be given again",
        HelpName = "setting=value,...",
        DefaultValueFactory = _ => [],
    };

    public WhereOption() => option.CompletionSources.Add(context => Completions.OfCondition(context.WordToComplete));

    /// <summary>The option to add to a command.</summary>
    public Option<string[]> Option => option;

    /// <summary>The values that points must have.</summary>
    /// <exception cref="UserErrorException">A condition is none.</exception>
    public PointFilter Read(ParseResult parsed) => new([.. parsed.GetValue(option)!.Select(Condition)]);

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
