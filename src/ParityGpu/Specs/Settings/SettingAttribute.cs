namespace ParityGpu.Specs;

/// <summary>Makes a property of <see cref="SweepSpec"/> a user setting (<see cref="SpecSetting"/>).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute : Attribute
{
    /// <summary>Names, schedules and other values whose type says what is allowed.</summary>
    /// <param name="description">One line for help.</param>
    public SettingAttribute(string description) => Description = description;

    /// <summary>Integers from least to most.</summary>
    public SettingAttribute(string description, int least, int most)
        : this(description) => Kind = new IntegerKind<int>(least, most);

    /// <summary>Integers from least to most.</summary>
    public SettingAttribute(string description, long least, long most)
        : this(description) => Kind = new IntegerKind<long>(least, most);

    /// <summary>Real numbers from least to most.</summary>
    public SettingAttribute(string description, double least, double most)
        : this(description) => Kind = new RealKind(least, most);

    /// <summary>Integers from 1 to most, or a word that stands for 0.</summary>
    public SettingAttribute(string description, string word, int most)
        : this(description) => Kind = new IntegerOrWordKind(word, most);

    /// <summary>One line for help.</summary>
    public string Description { get; }

    /// <summary>The allowed values; null if the type determines them.</summary>
    public object? Kind { get; }

    /// <summary>The property of <see cref="Point"/> that holds the value; null if it has the same name, or there is none.</summary>
    public string? OfPoint { get; init; }

    /// <summary>
    /// Whether the written form of a sweep names the setting only if it is not at its default. Settings added after the first logs were written thus
    /// do not change the logs and checkpoints of sweeps without them.
    /// </summary>
    public bool LeftOutAtDefault { get; init; }
}
