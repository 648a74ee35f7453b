using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ParityGpu.Specs;

/// <summary>
/// Several parities that one network learns at once (multitask sparse parity: Michaud, Liu, Girit, Tegmark 2023,
/// <see href="https://arxiv.org/abs/2303.13506"/>): control bits beside the n random inputs say which task a sample belongs to. Text forms: none; a
/// number M of tasks with a control bit each, whose inputs are drawn; or a list such as <c>c1:x1x2+c2:x3-x5+0.5c1c2:x1-x5</c>, the control bits that
/// each task sets, its inputs, and before them its weight among the tasks, 1 by default.
/// </summary>
public sealed partial class TaskList : IEquatable<TaskList>
{
    /// <summary>Maximum number of tasks, of control bits, and of inputs of a listed task.</summary>
    public const int Most = 1 << 14;

    private const string NoneName = "none";
    private const double LeastWeight = 1e-9;
    private const double MostWeight = 1e9;

    private readonly string text;

    private TaskList(int count, ImmutableArray<ParityTask> listed)
    {
        Count = count;
        Listed = listed;
        text = count == 0 ? NoneName : IsDrawn ? count.ToString(CultureInfo.InvariantCulture) : string.Join('+', listed.Select(Format));
    }

    /// <summary>A task of a list: control bits and inputs, from 1, ascending, and how frequent it is relative to others.</summary>
    public sealed record ParityTask(ImmutableArray<int> Controls, ImmutableArray<int> Inputs, double Weight);

    /// <summary>No tasks: all samples have one target and no control bits.</summary>
    public static TaskList None { get; } = new(0, []);

    /// <summary>Tasks M; 0 for none.</summary>
    public int Count { get; }

    /// <summary>The tasks of a list; empty if inputs are drawn.</summary>
    public ImmutableArray<ParityTask> Listed { get; }

    /// <summary>Whether tasks have a control bit each and inputs that are drawn.</summary>
    public bool IsDrawn => Count > 0 && Listed.Length == 0;

    /// <summary>Number of control bits: for a list, the highest that it names.</summary>
    public int Controls => IsDrawn ? Count : Listed.SelectMany(task => task.Controls).DefaultIfEmpty(0).Max();

    /// <summary>Maximum number of control bits that a task sets.</summary>
    public int MostControls => IsDrawn ? 1 : Listed.Select(task => task.Controls.Length).DefaultIfEmpty(0).Max();

    /// <summary>Maximum number of inputs of a listed task.</summary>
    public int MostInputs => Listed.Select(task => task.Inputs.Length).DefaultIfEmpty(0).Max();

    /// <summary>The highest input that a list names.</summary>
    public int Inputs => Listed.SelectMany(task => task.Inputs).DefaultIfEmpty(0).Max();

    /// <summary>Reads a text form; null if it is invalid.</summary>
    public static TaskList? TryParse(string text)
    {
        string packed = Spaces().Replace(text, "");
        if (packed == NoneName)
            return None;

        if (WholeNumber.TryParse(packed, out long count))
            return count is >= 1 and <= Most ? new TaskList((int)count, []) : null;

        var tasks = ImmutableArray.CreateBuilder<ParityTask>();
        foreach (string part in packed.Split('+'))
        {
            if (TaskOf(TaskForm().Match(part)) is not { } task || tasks.Any(other => other.Controls.SequenceEqual(task.Controls)))
                return null;

            tasks.Add(task);
        }

        return tasks.Count <= Most ? new TaskList(tasks.Count, tasks.ToImmutable()) : null;
    }

    public bool Equals(TaskList? other) => text == other?.text;

    public override bool Equals(object? obj) => Equals(obj as TaskList);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form, without spaces.</summary>
    public override string ToString() => text;

    private static ParityTask? TaskOf(Match match)
    {
        if (!match.Success)
            return null;

        string number = match.Groups["weight"].Value;
        double weight = 1;
        if (number.Length > 0 && !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out weight))
            return null;

        int[]? controls = Numbers(match.Groups["control"].Captures.Select(capture => (capture.Value, capture.Value)));
        int[]? inputs = Numbers(match.Groups["from"].Captures.Zip(match.Groups["to"].Captures, (from, to) => (from.Value, to.Value.Length > 0 ? to.Value : from.Value)));
        return controls is null || inputs is null || weight is not (>= LeastWeight and <= MostWeight) ? null : new([.. controls], [.. inputs], weight);
    }

    /// <summary>Distinct numbers from 1 on, ascending; null if they are not.</summary>
    private static int[]? Numbers(IEnumerable<(string From, string To)> ranges)
    {
        var numbers = new List<int>();
        foreach ((string from, string to) in ranges)
        {
            if (!WholeNumber.TryParse(from, out long first) || !WholeNumber.TryParse(to, out long last) || first < 1 || last < first || last > Most)
                return null;

            numbers.AddRange(Enumerable.Range((int)first, (int)(last - first + 1)));
        }

        return numbers.Distinct().Count() == numbers.Count ? [.. numbers.Order()] : null;
    }

    private static string Format(ParityTask task)
    {
        string weight = task.Weight == 1 ? "" : task.Weight.ToString("R", CultureInfo.InvariantCulture);
        return $"{weight}{string.Concat(task.Controls.Select(control => $"c{control}"))}:{string.Concat(Ranges(task.Inputs))}";
    }

    /// <summary>Inputs as x1x2 or, for three or more consecutive ones, x1-x3.</summary>
    private static IEnumerable<string> Ranges(ImmutableArray<int> inputs)
    {
        for (int at = 0, next; at < inputs.Length; at = next)
        {
            next = at + 1;
            while (next < inputs.Length && inputs[next] == inputs[next - 1] + 1)
                next++;

            if (next - at > 2)
                yield return $"x{inputs[at]}-x{inputs[next - 1]}";
            else
                yield return string.Concat(inputs[at..next].Select(input => $"x{input}"));
        }
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Spaces();

    /// <summary>A weight, control bits, and inputs or ranges of them.</summary>
    [GeneratedRegex(@"^(?<weight>(\d+\.?\d*|\.\d+)([eE]-?\d+)?)?(c(?<control>\d+))+:(x(?<from>\d+)(-x(?<to>\d+)|(?<to>)))+$")]
    private static partial Regex TaskForm();
}
