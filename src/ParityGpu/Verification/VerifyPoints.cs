using System.Globalization;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Verification;

/// <summary>Points of the checks, and how they are named.</summary>
internal static class VerifyPoints
{
    /// <summary>A transformer whose dimensions are not whole blocks of lanes.</summary>
    public static Point Transformer => Make(10, 2, 20, 21, 0.5, Init.XavierUniform) with
    {
        Model = Model.Transformer,
        DEmb = 20,
        Heads = 3,
        DAttn = 5,
    };

    /// <summary>A two-layer network on the counting path.</summary>
    public static Point Make(int n, int k, int width, int batch, double learningRate, Init init) =>
        new(n, k, width, batch, learningRate) { Init = init, MaxSteps = 2000 };

    /// <summary>A short description of a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="losses">Text for the loss; its name unless given.</param>
    public static string Describe(Point point, string? losses = null)
    {
        string family = new NameKind<Model>().Format(point.Model);
        string activation = point.Model.HasActivation() ? $" {new NameKind<Activation>().Format(point.Activation)}" : "";
        string output = point.Output == OutputLayer.Fixed ? " fixed output" : "";
        string depth = point.Model.IsDeep() ? $" L={point.Depth}" : "";
        string attention = point.Model == Model.Transformer ? $" d={point.DEmb} H={point.Heads} a={point.DAttn}" : "";
        string loss = losses ?? new NameKind<Loss>().Format(point.Loss);
        string optimizer = point.Optimizer == Optimizer.Sgd ? "" : $", {new NameKind<Optimizer>().Format(point.Optimizer)}";
        string logits = point.Logits == 1 ? "" : $" logits={point.Logits}";
        string noise = point.Noise == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" noise={point.Noise}");
        string target = point.Target.IsParity ? "" : $" {point.Target}";
        string inputs = point.InputSchedule != InputSchedule.None ? $" input-schedule={point.InputSchedule}"
            : point.InputBias == 0.5 ? "" : string.Create(CultureInfo.InvariantCulture, $" input-bias={point.InputBias} mixture={point.Mixture}");
        string encoding = point.Encoding == InputEncoding.Pm1 ? "" : " inputs 0 and 1";
        string trained = point.Train == TrainedLayers.All ? "" : $" {new NameKind<TrainedLayers>().Format(point.Train)}";
        return $"{family}{activation}{output}{trained}, {loss}{logits}{optimizer}, n={point.N} k={point.K} r={point.Width}{depth}{attention} B={point.Batch}{noise}{encoding}{inputs}{target}";
    }

    /// <summary>The command that trains one run of a point; settings at the command's defaults are omitted.</summary>
    public static string Command(Point point, long seed, string device)
    {
        var defaults = new SweepSpec();
        var settings = SpecSetting.OfPoints
            .Where(setting => !setting.Values(SweepSpec.Of(point)).SequenceEqual(setting.Values(defaults)))
            .Select(setting => $"{setting.Option} {setting.ValueOf(point)} ");
        return $"parity train {string.Concat(settings)}--seed {seed} --device {device}";
    }
}
