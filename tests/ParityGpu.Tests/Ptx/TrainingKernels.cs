using System.Collections.Concurrent;
using System.Reflection;
using ParityGpu.Kernels;
using ParityGpu.PtxMachine;

namespace ParityGpu.Tests.Ptx;

/// <summary>The kernels that train and measure, decoded; each is compiled once.</summary>
internal static class TrainingKernels
{
    private const string Architecture = "SM_90";

    private static readonly ConcurrentDictionary<(string Name, bool Contracted), Lazy<PtxKernel>> Decoded = [];

    /// <summary>All of them, by the names that <see cref="Method"/> and <see cref="Decode"/> take.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        nameof(MlpSimt),
        nameof(NetSimt.Kernel),
        nameof(NetSimt.MeasureKernel),
        nameof(NetSimt.TransformerKernel),
        nameof(NetSimt.TransformerMeasureKernel),
    ];

    public static MethodInfo Method(string name) =>
        name == nameof(MlpSimt) ? typeof(MlpSimt).GetMethod(nameof(MlpSimt.Kernel))! : typeof(NetSimt).GetMethod(name)!;

    /// <summary>A kernel as it is or with products and sums contracted.</summary>
    public static PtxKernel Decode(string name, bool contracted = false) =>
        Decoded.GetOrAdd(
            (name, contracted),
            key => new(() => PtxKernel.Parse(PtxCompiler.Compile(Method(key.Name), Architecture), key.Contracted))).Value;
}
