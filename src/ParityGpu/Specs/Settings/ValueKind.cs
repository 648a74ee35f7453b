using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>What all values of a setting have in common, whatever their type.</summary>
internal abstract class ValueKind
{
    /// <summary>Completes "must be …".</summary>
    public abstract string Allowed { get; }

    /// <summary>Short name of the values in help.</summary>
    public abstract string HelpName { get; }

    /// <summary>Whether the JSON form is a number; it is a string otherwise, or true or false.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Whether the JSON form is true or false.</summary>
    public virtual bool IsBoolean => false;

    /// <summary>The words that are allowed besides numbers; if there are any, the JSON form of a number may also be a string.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>The names that are allowed, for kinds that are lists of names.</summary>
    public virtual IReadOnlyList<string> Names => [];
}

/// <summary>The values that a setting accepts: their text form and their bounds.</summary>
internal abstract class ValueKind<T> : ValueKind
{
    public abstract bool TryParse(string text, out T value);

    /// <summary>Whether a value that was read is within bounds.</summary>
    public virtual bool Allows(T value) => true;

    /// <summary>The text that parses back to the same value.</summary>
    public abstract string Format(T value);

    /// <summary>The kind for a type that itself determines the allowed values.</summary>
    public static ValueKind<T> OfType() => (ValueKind<T>)(
        typeof(T) == typeof(bool) ? new BooleanKind()
        : typeof(T) == typeof(Schedule) ? new ScheduleKind()
        : typeof(T) == typeof(InputSchedule) ? new InputScheduleKind()
        : typeof(T) == typeof(CurveSteps) ? new CurveKind()
        : typeof(T) == typeof(Target) ? new TargetKind()
        : typeof(T) == typeof(TaskList) ? new TasksKind()
        : typeof(T) == typeof(CheckTimes) ? new CheckKind()
        : Activator.CreateInstance(typeof(NameKind<>).MakeGenericType(typeof(T)))!);
}

/// <summary>Integers within bounds, both included.</summary>
internal sealed class IntegerKind<T>(T least, T most) : ValueKind<T>
    where T : struct, IBinaryInteger<T>
{
    public override string Allowed => $"an integer from {least} to {most}";

    public override string HelpName => "integer";

    public override bool IsNumber => true;

    public override bool TryParse(string text, out T value)
    {
        bool whole = WholeNumber.TryParse(text, out long number);
        value = T.CreateTruncating(number);
        return whole && long.CreateTruncating(value) == number;
    }

    public override bool Allows(T value) => value >= least && value <= most;

    public override string Format(T value) => value.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>Finite real numbers within bounds, both included.</summary>
internal sealed class RealKind(double least, double most) : ValueKind<double>
{
    public override string Allowed => $"a number from {Format(least)} to {Format(most)}";

    public override string HelpName => "number";

    public override bool IsNumber => true;

    public override bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public override bool Allows(double value) => value >= least && value <= most;

    public override string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Integers from 1 on, or a word that stands for 0.</summary>
internal sealed class IntegerOrWordKind(string word, int most) : ValueKind<int>
{
    public override string Allowed => $"{word} or an integer from 1 to {most}";

    public override string HelpName => $"integer|{word}";

    public override IReadOnlyList<string> Words => [word];

    public override bool TryParse(string text, out int value)
    {
        bool whole = WholeNumber.TryParse(text, out long number) && number is > 0 and <= int.MaxValue;
        value = whole ? (int)number : 0;
        return whole || text == word;
    }

    public override bool Allows(int value) => value >= 0 && value <= most;

    public override string Format(int value) => value == 0 ? word : value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Values that read and write their own text form.</summary>
/// <param name="read">The value of a text; null if it has none.</param>
/// <param name="otherwise">The value used for a text that has none.</param>
internal abstract class TextKind<T>(Func<string, T?> read, T otherwise) : ValueKind<T>
    where T : class
{
    public override bool TryParse(string text, out T value)
    {
        T? found = read(text);
        value = found ?? otherwise;
        return found is not null;
    }

    public override string Format(T value) => value.ToString()!;
}

/// <summary>Schedules in their text form.</summary>
internal sealed class ScheduleKind() : TextKind<Schedule>(Schedule.TryParse, Schedule.Constant)
{
    public override string Allowed =>
        $"up to {PhaseList.Most} phases FROM=FACTOR[:FACTOR...][@DECAY] with FROM ascending from 0, such as 0=1,1000=0.1";

    public override string HelpName => "phases";
}

/// <summary>Schedules of the inputs in their text form.</summary>
internal sealed class InputScheduleKind() : TextKind<InputSchedule>(InputSchedule.TryParse, InputSchedule.None)
{
    private static readonly string[] None = [InputSchedule.None.ToString()];

    public override string Allowed =>
        $"{None[0]}, or up to {PhaseList.Most} phases FROM=BIAS[:MIXTURE] with FROM ascending from 0, such as 0=0.01,2000=0.01:0.1";

    public override string HelpName => "none|phases";

    public override IReadOnlyList<string> Words => None;
}

/// <summary>Targets in their text form.</summary>
internal sealed class TargetKind() : TextKind<Target>(Target.TryParse, Target.Parity)
{
    public override string Allowed =>
        $"parity, or a sum of 1 to {Monomial.Most} different products of the hidden coordinates x1 to x{Monomial.MostInputs}, such as x1+x1x2-0.5x1x2x3";

    public override string HelpName => "parity|polynomial";
}

/// <summary>Tasks in their text form.</summary>
internal sealed class TasksKind() : TextKind<TaskList>(TaskList.TryParse, TaskList.None)
{
    private static readonly string[] None = [TaskList.None.ToString()];

    public override string Allowed =>
        $"{None[0]}, an integer from 1 to {TaskList.Most}, or a list of tasks, each with different control bits and its inputs, such as c1:x1x2+c2:x3-x5+0.5c1c2:x1-x5";

    public override string HelpName => "none|M|list";

    public override IReadOnlyList<string> Words => None;
}

/// <summary>Steps of curves in their text form.</summary>
internal sealed class CurveKind : ValueKind<CurveSteps>
{
    private const string None = "none";

    public override string Allowed =>
        $"{None}, an integer from 1 to {CurveSteps.LongestSpacing} or log:q with q from 1 to {CurveSteps.MostPerDecade}";

    public override string HelpName => "none|m|log:q";

    public override IReadOnlyList<string> Words => [None];

    public override bool TryParse(string text, out CurveSteps value)
    {
        value = CurveSteps.TryParse(text) ?? CurveSteps.None;
        return text == None || value != CurveSteps.None;
    }

    public override string Format(CurveSteps value) => value == CurveSteps.None ? None : value.ToString();
}

/// <summary>Times of checks in their text form.</summary>
internal sealed class CheckKind() : TextKind<CheckTimes>(CheckTimes.TryParse, CheckTimes.Step)
{
    public override string Allowed => $"{string.Join(", ", CheckTimes.Words)} or an integer from 1 to {int.MaxValue - 1}";

    public override string HelpName => $"{string.Join('|', CheckTimes.Words)}|N";

    public override IReadOnlyList<string> Words => CheckTimes.Words;
}

/// <summary>Yes or no.</summary>
internal sealed class BooleanKind : ValueKind<bool>
{
    private static readonly string[] Both = ["false", "true"];

    public override string Allowed => "true or false";

    public override string HelpName => "true|false";

    public override bool IsBoolean => true;

    public override IReadOnlyList<string> Names => Both;

    public override bool TryParse(string text, out bool value)
    {
        value = text == Both[1];
        return Both.Contains(text);
    }

    public override string Format(bool value) => Both[value ? 1 : 0];
}

/// <summary>The members of an enumeration by their kebab-case names.</summary>
internal sealed class NameKind<T> : ValueKind<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByName = Enum.GetValues<T>().ToDictionary(Kebab, value => value);

    public override string Allowed => ByName.Count == 1 ? ByName.Keys.Single() : $"one of {string.Join(", ", ByName.Keys)}";

    public override string HelpName => "name";

    public override IReadOnlyList<string> Names => [.. ByName.Keys];

    public override bool TryParse(string text, out T value) => ByName.TryGetValue(text, out value);

    public override bool Allows(T value) => ByName.ContainsValue(value);

    public override string Format(T value) => Kebab(value);

    /// <summary>The JSON name declared by the member, or its own; a number if there is no such member.</summary>
    private static string Kebab(T value) =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
