using System.Collections.Concurrent;
using System.Reflection;
using ParityGpu.Kernels;
using ParityGpu.PtxMachine;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.KernelsOnMachine;

/// <summary>Every kernel that GPUs are given, decoded; each is compiled once.</summary>
public static class GpuKernels
{
    private const string Architecture = "SM_90";

    private static readonly Dictionary<string, (MethodInfo Method, bool ImplicitlyGrouped)> Methods = new()
    {
        [nameof(Simt.CountingKernel)] = (Method(typeof(Simt.CountingKernel), nameof(Simt.CountingKernel.Kernel)), false),
        [nameof(Simt.GeneralKernel.Kernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.Kernel)), false),
        [nameof(Simt.GeneralKernel.MeasureKernel)] = (Method(typeof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.MeasureKernel)), false),
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

    private static readonly ConcurrentDictionary<(string Name, bool Contracted), Lazy<PtxKernel>> Decoded = [];

    /// <summary>The names that <see cref="Decode"/> takes.</summary>
    public static IReadOnlyCollection<string> Names => Methods.Keys;

    /// <summary>A kernel's name with its class: <c>Simt.GeneralKernel.MeasureKernel</c>.</summary>
    public static string FullName(string name)
    {
        string type = Methods[name].Method.DeclaringType!.Name;
        return name == type ? name : $"{type}.{name}";
    }

    /// <summary>A kernel as it is or with products and sums contracted.</summary>
    public static PtxKernel Decode(string name, bool contracted = false) =>
        Decoded.GetOrAdd((name, contracted), key => new(() => PtxKernel.Parse(Compile(key.Name), key.Contracted))).Value;

    /// <summary>The same by its method, which must be one of them.</summary>
    public static PtxKernel Decode(Delegate kernel, bool contracted) =>
        Decode(Methods.Single(entry => entry.Value.Method == kernel.Method).Key, contracted);

    private static string Compile(string name) => PtxCompiler.Compile(Methods[name].Method, Architecture, Methods[name].ImplicitlyGrouped);

    private static MethodInfo Method(Type type, string name, params Type[] arguments)
    {
        var method = type.GetMethod(name)!;
        return arguments.Length == 0 ? method : method.MakeGenericMethod(arguments);
    }
}
