using System.Collections.Immutable;
using System.Text.Json;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// One setting of a <see cref="SweepSpec"/>: its names, what it may be, and how it is read and written as text. The
/// command line, spec files and log headers all go through here.
/// </summary>
public abstract class SpecSetting
{
    /// <summary>Longest list of values.</summary>
    public const int MaxValues = 10_000;

    /// <summary>Gradient counts stay exact in float up to here (kernels/NUMERICS.md).</summary>
    private const int MaxBatch = 1 << 24;

    /// <summary>Most points of a finite sample: their words are indexed with 32 bits.</summary>
    private const int MaxSamples = 1 << 24;

    /// <summary>Largest dimension inside a transformer.</summary>
    private const int MaxDimension = 1 << 16;

    /// <summary>Most inputs and hidden units: 32-bit indices with room to round up to whole lanes.</summary>
    private const int MaxSize = int.MaxValue - 64;

    /// <summary>Longest echo of a bad value in a message.</summary>
    private const int MaxEcho = 60;

    private protected SpecSetting(string name, string description, bool isOfPoint)
    {
        Name = name;
        Option = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name);
        Description = description;
        IsOfPoint = isOfPoint;
    }

    /// <summary>Name in JSON, camelCase.</summary>
    public string Name { get; }

    /// <summary>Name on the command line: two dashes and the kebab-case form.</summary>
    public string Option { get; }

    /// <summary>One line for help.</summary>
    public string Description { get; }

    /// <summary>Whether several values may be given; they multiply out into points.</summary>
    public abstract bool IsList { get; }

    /// <summary>Type of a value.</summary>
    public abstract Type ValueType { get; }

    /// <summary>Whether values are numbers in JSON; they are strings otherwise.</summary>
    public abstract bool IsNumber { get; }

    /// <summary>Whether values are true and false in JSON.</summary>
    public abstract bool IsBoolean { get; }

    /// <summary>Words that values may be beside numbers.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>Whether the JSON form may be a number as well as a string.</summary>
    public bool IsNumberOrWord => Words.Count > 0;

    /// <summary>Placeholder of the value in help.</summary>
    public abstract string HelpName { get; }

    /// <summary>What values may be; completes "must be …".</summary>
    public abstract string Allowed { get; }

    /// <summary>The allowed values where they are names.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Whether the setting tells points apart; the others say which runs a sweep has and what it keeps of them.</summary>
    public bool IsOfPoint { get; }

    /// <summary>Every setting, in the canonical order of JSON.</summary>
    public static ImmutableArray<SpecSetting> All { get; } =
    [
        new ListSetting<int>(
            "n", "inputs", new IntegerKind<int>(1, MaxSize), spec => spec.N, (spec, v) => spec with { N = v }),
        new ListSetting<int>(
            "k", "parity degree, at most n", new IntegerKind<int>(1, MaxSize),
            spec => spec.K, (spec, v) => spec with { K = v }),
        new ListSetting<Model>(
            "model", "network family", new NameKind<Model>(), spec => spec.Model, (spec, v) => spec with { Model = v }),
        new ListSetting<Activation>(
            "activation", "activation of the hidden layer", new NameKind<Activation>(),
            spec => spec.Activation, (spec, v) => spec with { Activation = v }),
        new ListSetting<OutputLayer>(
            "output", "output layer of an mlp; fixed means u = 1, c = 0", new NameKind<OutputLayer>(),
            spec => spec.Output, (spec, v) => spec with { Output = v }),
        new ListSetting<int>(
            "depth", "layers of weights of a deep network", new IntegerKind<int>(2, SchedulePhase.MaxLayers),
            spec => spec.Depth, (spec, v) => spec with { Depth = v }),
        new ListSetting<int>(
            "dEmb", "dimension of a transformer's embeddings", new IntegerKind<int>(1, MaxDimension),
            spec => spec.DEmb, (spec, v) => spec with { DEmb = v }),
        new ListSetting<int>(
            "heads", "attention heads of a transformer", new IntegerKind<int>(1, MaxDimension),
            spec => spec.Heads, (spec, v) => spec with { Heads = v }),
        new ListSetting<int>(
            "dAttn", "dimension of an attention head", new IntegerKind<int>(1, MaxDimension),
            spec => spec.DAttn, (spec, v) => spec with { DAttn = v }),
        new ListSetting<int>(
            "width", "hidden units; k in a polynet", new IntegerKind<int>(1, MaxSize),
            spec => spec.Width, (spec, v) => spec with { Width = v }),
        new ListSetting<int>(
            "batch", "samples per step", new IntegerKind<int>(1, MaxBatch),
            spec => spec.Batch, (spec, v) => spec with { Batch = v }),
        // Kernels compute in single precision: outside these bounds a step size would be 0 or infinite there.
        new ListSetting<double>(
            "lr", "learning rate", new RealKind(1e-30, 1e30), spec => spec.Lr, (spec, v) => spec with { Lr = v }),
        new ListSetting<double>(
            "weightDecay", "weights shrink by this fraction each step", new RealKind(0, 1),
            spec => spec.WeightDecay, (spec, v) => spec with { WeightDecay = v }),
        new ListSetting<Loss>(
            "loss", "training loss", new NameKind<Loss>(), spec => spec.Loss, (spec, v) => spec with { Loss = v }),
        new ListSetting<Init>(
            "init", "distribution of initial weights and biases", new NameKind<Init>(),
            spec => spec.Init, (spec, v) => spec with { Init = v }),
        new ListSetting<int>(
            "sparsity", "inputs that a neuron sees at first under --init sparse; k means the parity's degree",
            new IntegerOrWordKind("k", MaxSize), spec => spec.Sparsity, (spec, v) => spec with { Sparsity = v }),
        new ListSetting<InitialBiases>(
            "biases", "initial biases, drawn like the weights or zero", new NameKind<InitialBiases>(),
            spec => spec.Biases, (spec, v) => spec with { Biases = v }),
        new ListSetting<int>(
            "initSeed", "seed of the initial weights and biases, the run's own or one that runs share",
            new IntegerOrWordKind("own", int.MaxValue), spec => spec.InitSeed, (spec, v) => spec with { InitSeed = v }),
        new ListSetting<Optimizer>(
            "optimizer", "rule of the update", new NameKind<Optimizer>(),
            spec => spec.Optimizer, (spec, v) => spec with { Optimizer = v }),
        new ListSetting<TrainedLayers>(
            "train", "layers that are trained; layerwise is for deep networks", new NameKind<TrainedLayers>(),
            spec => spec.Train, (spec, v) => spec with { Train = v }),
        new ListSetting<int>(
            "samples", "points of a finite training sample, or fresh batches", new IntegerOrWordKind("online", MaxSamples),
            spec => spec.Samples, (spec, v) => spec with { Samples = v }),
        new ListSetting<double>(
            "noise", "probability that a training label is flipped", new RealKind(0, 0.5),
            spec => spec.Noise, (spec, v) => spec with { Noise = v }),
        new ScalarSetting<Schedule>(
            "schedule", "multiples of the learning rate by step and layer, and weight decay, FROM=FACTOR[:FACTOR...][@DECAY],...", new ScheduleKind(),
            spec => spec.Schedule, (spec, v) => spec with { Schedule = v }),
        new ScalarSetting<double>(
            "momentum", "momentum, and adam's first beta", new RealKind(0, 1),
            spec => spec.Momentum, (spec, v) => spec with { Momentum = v }),
        new ScalarSetting<double>(
            "beta2", "adam's second beta", new RealKind(0, 1), spec => spec.Beta2, (spec, v) => spec with { Beta2 = v }),
        new ScalarSetting<double>(
            "epsilon", "adam's epsilon", new RealKind(1e-30, 1), spec => spec.Epsilon, (spec, v) => spec with { Epsilon = v }),
        new ScalarSetting<long>(
            "seeds", "runs per point", new IntegerKind<long>(1, SpecValidation.MaxRuns),
            spec => spec.Seeds, (spec, v) => spec with { Seeds = v }, isOfPoint: false),
        new ScalarSetting<long>(
            "firstSeed", "seed of a point's first run; the others follow", new IntegerKind<long>(0, long.MaxValue - 1),
            spec => spec.FirstSeed, (spec, v) => spec with { FirstSeed = v }, isOfPoint: false),
        new ScalarSetting<SubsetChoice>(
            "subset", "relevant inputs, the first k or k drawn from the seed; in a disjoint-polynet one of each block", new NameKind<SubsetChoice>(),
            spec => spec.Subset, (spec, v) => spec with { Subset = v }),
        new ScalarSetting<long>(
            "maxSteps", "steps after which an unsolved run ends", new IntegerKind<long>(1, 1_000_000_000_000),
            spec => spec.MaxSteps, (spec, v) => spec with { MaxSteps = v }),
        new ScalarSetting<int>(
            "testSamples", "held-out samples of a convergence check", new IntegerKind<int>(1, 1 << 30),
            spec => spec.TestSamples, (spec, v) => spec with { TestSamples = v }),
        new ScalarSetting<double>(
            "targetAccuracy", "fraction of the held-out samples that a solved run has right", new RealKind(0.5, 1),
            spec => spec.TargetAccuracy, (spec, v) => spec with { TargetAccuracy = v }),
        new ScalarSetting<CurveSteps>(
            "curve", "steps at which loss, accuracy and movement are logged: every m, or log:q for q per factor of ten",
            new CurveKind(), spec => spec.Curve, (spec, v) => spec with { Curve = v }, isOfPoint: false),
        new ScalarSetting<bool>(
            "curveGap", "whether curves have the Fourier gap of the population gradient, by all 2^n inputs", new BooleanKind(),
            spec => spec.CurveGap, (spec, v) => spec with { CurveGap = v }, isOfPoint: false),
    ];

    /// <summary>The settings that tell points apart, in canonical order.</summary>
    public static ImmutableArray<SpecSetting> OfPoints { get; } = [.. All.Where(setting => setting.IsOfPoint)];

    /// <summary>The settings in which some of the points differ, in canonical order.</summary>
    public static IReadOnlyList<SpecSetting> Varying(IEnumerable<Point> points)
    {
        SweepSpec[] specs = [.. points.Select(SweepSpec.Of)];
        return [.. OfPoints.Where(setting => specs.Select(spec => setting.Values(spec)[0]).Distinct().Count() > 1)];
    }

    /// <summary>The options that make a sweep: those that are not at their default and have an effect.</summary>
    public static IEnumerable<string> Options(SweepSpec sweep) =>
        from setting in All
        where !IdleSettings.IsDefault(sweep, setting) && IdleSettings.Reason(sweep, setting) is null
        select $"{setting.Option} {string.Join(',', setting.Values(sweep))}";

    /// <summary>The command that trains a sweep.</summary>
    public static string Command(SweepSpec sweep) => string.Join(' ', Options(sweep).Prepend("parity sweep"));

    /// <summary>A point's value in canonical text form.</summary>
    public string ValueOf(Point point) => Values(SweepSpec.Of(point))[0];

    /// <summary>The setting of a JSON key, camelCase or kebab-case, or null.</summary>
    public static SpecSetting? Find(string key) =>
        All.FirstOrDefault(setting => key == setting.Name || key == setting.Option[2..]);

    /// <summary>The values in canonical text form.</summary>
    public abstract ImmutableArray<string> Values(SweepSpec spec);

    /// <summary>The values for a message.</summary>
    public string Shown(SweepSpec spec) => Echo(string.Join(',', Values(spec)));

    /// <summary>
    /// The spec with this setting read from text. Repeated values are refused: they would train the same runs twice.
    /// </summary>
    /// <param name="spec">The other settings.</param>
    /// <param name="values">One text per value.</param>
    /// <param name="label">What to call the setting in messages, such as <c>--lr</c>.</param>
    /// <exception cref="UserErrorException">A value is not allowed.</exception>
    public abstract SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label);

    /// <summary>Checks the values that are in a spec.</summary>
    /// <exception cref="UserErrorException">A value is not allowed.</exception>
    public void Check(SweepSpec spec) => Apply(spec, Values(spec), Option);

    /// <summary>Cuts a text from outside to one short printable line.</summary>
    public static string Echo(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= MaxEcho ? line : line[..MaxEcho] + "…";
    }

    private protected UserErrorException Refuse(string label, string value) =>
        new($"{label} {(value.Length == 0 ? "''" : Echo(value))}: must be {Allowed}{Spelling.Hint(value, Names)}");
}

/// <summary>What lists and scalars share.</summary>
internal abstract class SpecSetting<T>(string name, string description, ValueKind<T> kind, bool isOfPoint)
    : SpecSetting(name, description, isOfPoint)
{
    public override Type ValueType => typeof(T);

    public override bool IsNumber => kind.IsNumber;

    public override bool IsBoolean => kind.IsBoolean;

    public override IReadOnlyList<string> Words => kind.Words;

    public override string HelpName => kind.HelpName;

    public override string Allowed => kind.Allowed;

    public override IReadOnlyList<string> Names => kind.Names;

    protected string Format(T value) => kind.Format(value);

    protected T Parse(string text, string label) =>
        kind.TryParse(text.Trim(), out T value) && kind.Allows(value) ? value : throw Refuse(label, text);
}

/// <summary>A setting whose values multiply out into points.</summary>
internal sealed class ListSetting<T>(
    string name,
    string description,
    ValueKind<T> kind,
    Func<SweepSpec, ImmutableArray<T>> get,
    Func<SweepSpec, ImmutableArray<T>, SweepSpec> set) : SpecSetting<T>(name, description, kind, isOfPoint: true)
{
    public override bool IsList => true;

    public override ImmutableArray<string> Values(SweepSpec spec) =>
        get(spec).IsDefaultOrEmpty ? [] : [.. get(spec).Select(Format)];

    public override SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label)
    {
        if (values.Count is 0 or > MaxValues)
            throw new UserErrorException($"{label}: {values.Count} values; must be 1 to {MaxValues} values");

        var seen = new HashSet<T>();
        foreach (string text in values)
        {
            if (!seen.Add(Parse(text, label)))
                throw new UserErrorException($"{label} {Echo(text)}: is given twice; must be different values");
        }

        return set(spec, [.. values.Select(text => Parse(text, label))]);
    }
}

/// <summary>A setting with one value for the whole sweep.</summary>
internal sealed class ScalarSetting<T>(
    string name,
    string description,
    ValueKind<T> kind,
    Func<SweepSpec, T> get,
    Func<SweepSpec, T, SweepSpec> set,
    bool isOfPoint = true) : SpecSetting<T>(name, description, kind, isOfPoint)
{
    public override bool IsList => false;

    public override ImmutableArray<string> Values(SweepSpec spec) => [Format(get(spec))];

    public override SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label) =>
        values.Count == 1
            ? set(spec, Parse(values[0], label))
            : throw new UserErrorException($"{label}: {values.Count} values; must be one value");
}
