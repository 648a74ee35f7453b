using System.Collections.Concurrent;
using System.Reflection;
using ParityGpu.Kernels;
using ParityGpu.PtxMachine;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.KernelsOnMachine;

/// <summary>Every kernel that GPUs are given, decoded.</summary>
public static class GpuKernels
{
    /// <summary>The counting kernels with the largest tiles that common widths have.</summary>
    public const string CountingShared = nameof(Simt.CountingKernel) + "." + nameof(Simt.CountingKernel.Shared);
    public const string CountingOneSample = nameof(Simt.CountingKernel) + "." + nameof(Simt.CountingKernel.OneSample);
    public const string CountingOneWarp = nameof(Simt.CountingKernel) + "." + nameof(Simt.CountingKernel.OneWarp);
    public const string CountingFixed = nameof(Simt.CountingKernel) + "." + nameof(Simt.CountingKernel.Fixed);
    public const string CountingGlobal = nameof(Simt.CountingKernel) + "." + nameof(Simt.CountingKernel.Global);

    public const string Narrow = nameof(Simt.NarrowKernel) + "." + nameof(Simt.NarrowKernel.Kernel);
    public const string NarrowOneUnit = nameof(Simt.NarrowKernel) + "." + nameof(Simt.NarrowKernel.OneUnitKernel);

    private const string Architecture = "SM_90";

    private static readonly Dictionary<string, (MethodInfo Method, bool ImplicitlyGrouped)> Methods = new()
    {
        [CountingShared] = (Counting(nameof(Simt.CountingKernel.Shared), typeof(Simt.Tiles.Of7)), false),
        [CountingOneSample] = (Method(typeof(Simt.CountingKernel), nameof(Simt.CountingKernel.OneSample)), false),
        [CountingOneWarp] = (Counting(nameof(Simt.CountingKernel.OneWarp), typeof(Simt.Tiles.Of5)), false),
        [CountingFixed] = (Counting(nameof(Simt.CountingKernel.Fixed), typeof(Simt.Tiles.Of7)), false),
        [CountingGlobal] = (Counting(nameof(Simt.CountingKernel.Global), typeof(Simt.Tiles.Of7)), false),
        [Narrow] = (Method(typeof(Simt.NarrowKernel), nameof(Simt.NarrowKernel.Kernel)), false),
        [NarrowOneUnit] = (Method(typeof(Simt.NarrowKernel), nameof(Simt.NarrowKernel.OneUnitKernel)), false),
        [nameof(Simt.GeneralKernel.Kernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.Kernel)), false),
        [nameof(Simt.GeneralKernel.MeasureKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.MeasureKernel)), false),
        [nameof(Simt.GeneralKernel.TaskKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TaskKernel)), false),
        [nameof(Simt.GeneralKernel.TaskMeasureKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TaskMeasureKernel)), false),
        [nameof(Simt.GeneralKernel.TransformerKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TransformerKernel)), false),
        [nameof(Simt.GeneralKernel.TransformerMeasureKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TransformerMeasureKernel)), false),
        [nameof(SelfCheck.Generate)] = (Method(typeof(SelfCheck), nameof(SelfCheck.Generate)), true),
        [nameof(SelfCheck.Fuse)] = (Method(typeof(SelfCheck), nameof(SelfCheck.Fuse)), true),
        [nameof(SelfCheck.Label)] = (Method(typeof(SelfCheck), nameof(SelfCheck.Label)), true),
        [nameof(WalshHadamard.Slopes)] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Slopes), typeof(float), typeof(SinglePrecision)), true),
        [nameof(WalshHadamard.Slopes) + "64"] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Slopes), typeof(double), typeof(DoublePrecision)), true),
        [nameof(WalshHadamard.Two)] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Two), typeof(float)), true),
        [nameof(WalshHadamard.Two) + "64"] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Two), typeof(double)), true),
        [nameof(WalshHadamard.Sixteen)] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Sixteen), typeof(float)), true),
        [nameof(WalshHadamard.Sixteen) + "64"] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Sixteen), typeof(double)), true),
        [nameof(WalshHadamard.Gather)] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Gather), typeof(float)), true),
        [nameof(WalshHadamard.Gather) + "64"] = (Method(typeof(WalshHadamard), nameof(WalshHadamard.Gather), typeof(double)), true),
    };

    private static readonly ConcurrentDictionary<(MethodInfo Method, bool Contracted), Lazy<PtxKernel>> Decoded = [];

    /// <summary>The names that <see cref="Decode"/> takes.</summary>
    public static IReadOnlyCollection<string> Names => Methods.Keys;

    /// <summary>A kernel's name with its class: <c>Simt.GeneralKernel.MeasureKernel</c>.</summary>
    public static string FullName(string name)
    {
        string type = Methods[name].Method.DeclaringType!.Name;
        return name.StartsWith(type, StringComparison.Ordinal) ? name : $"{type}.{name}";
    }

    /// <summary>A kernel as it is or with products and sums contracted.</summary>
    public static PtxKernel Decode(string name, bool contracted = false) =>
        Decode(Methods[name].Method, Methods[name].ImplicitlyGrouped, contracted);

    /// <summary>The same by its method, one whose threads know their groups.</summary>
    public static PtxKernel Decode(Delegate kernel, bool contracted) => Decode(kernel.Method, implicitlyGrouped: false, contracted);

    private static PtxKernel Decode(MethodInfo method, bool implicitlyGrouped, bool contracted) =>
        Decoded.GetOrAdd(
            (method, contracted),
            key => new(() => PtxKernel.Parse(PtxCompiler.Compile(key.Method, Architecture, implicitlyGrouped), key.Contracted))).Value;

    private static MethodInfo Counting(string name, Type tile) => typeof(Simt.CountingKernel).GetMethod(name)!.MakeGenericMethod(tile);

    private static MethodInfo Method(Type type, string name, params Type[] arguments)
    {
        var method = type.GetMethod(name)!;
        return arguments.Length == 0 ? method : method.MakeGenericMethod(arguments);
    }
}
