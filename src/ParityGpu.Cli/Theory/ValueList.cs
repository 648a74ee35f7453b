using ParityGpu.Specs;

namespace ParityGpu.Cli.Theory;

/// <summary>Values of an option, shown in help the way they are typed.</summary>
internal sealed class ValueList<T>(IReadOnlyList<T> values, ValueKind<T> kind)
{
    public IReadOnlyList<T> Values { get; } = values;

    public override string ToString() => string.Join(',', Values.Select(kind.Format));
}
