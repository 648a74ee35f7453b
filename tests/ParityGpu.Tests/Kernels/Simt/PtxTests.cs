using System.Reflection;
using System.Text.RegularExpressions;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Kernels;

/// <summary>What the CUDA compiler would be given, read without a GPU.</summary>
public partial class PtxTests
{
    private const string Architecture = "SM_90";

    public static TheoryData<string, string> Kernels => new()
    {
        { nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.Shared) },
        { nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.Fixed) },
        { nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.Global) },
        { nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.OneSample) },
        { nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.OneWarp) },
        { nameof(Simt.NarrowKernel), nameof(Simt.NarrowKernel.Kernel) },
        { nameof(Simt.NarrowKernel), nameof(Simt.NarrowKernel.OneUnitKernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.Kernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.MeasureKernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TaskKernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TaskMeasureKernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TransformerKernel) },
        { nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.TransformerMeasureKernel) },
    };

    /// <summary>So the other tests need one architecture only.</summary>
    [Theory]
    [InlineData(nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.OneSample))]
    [InlineData(nameof(Simt.NarrowKernel), nameof(Simt.NarrowKernel.Kernel))]
    public void AnOlderArchitectureGetsTheSameText(string type, string kernel)
    {
        string Text(string architecture) => Numbers().Replace(PtxCompiler.Compile(Method(type, kernel), architecture), "_");

        Assert.Equal(Text(Architecture), Text("SM_80"));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void TrainingKernelsKeepToTheCanonAndToRegisters(string type, string kernel)
    {
        string ptx = PtxCompiler.Compile(Method(type, kernel), Architecture);

        Assert.Contains("fma.rn.f32", ptx);
        Assert.DoesNotContain(".ftz", ptx);
        Assert.DoesNotContain(".approx", ptx);
        Assert.DoesNotContain("mad.f32", ptx);
        Assert.DoesNotContain("mad.rn.f32", ptx);
        Assert.DoesNotContain(
            "div.", ptx.Replace("div.u64", "").Replace("div.s64", "").Replace("div.s32", "").Replace("div.u32", ""));
        Assert.DoesNotContain("sqrt.", ptx);

        // A stack frame is declared as a .local array; calls would pass their arguments through one.
        Assert.DoesNotContain(".local", ptx);
        Assert.DoesNotContain("call", ptx);
    }

    [Fact]
    public void InputsAreReadFourAtATime()
    {
        Assert.Contains("ld.shared.v4", PtxCompiler.Compile(Method(nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.Shared)), Architecture));
        Assert.Contains("ld.shared.v4", PtxCompiler.Compile(Method(nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.Kernel)), Architecture));
    }

    [Fact]
    public void CountsArePopulationCounts()
    {
        string ptx = PtxCompiler.Compile(Method(nameof(Simt.CountingKernel), nameof(Simt.CountingKernel.Shared)), Architecture);

        Assert.Contains("popc.b32", ptx);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void NothingIsLeftToTheAssembler(string type, string kernel)
    {
        string ptx = PtxCompiler.Compile(Method(type, kernel), Architecture);

        Assert.DoesNotMatch(Unrounded(), ptx);
        Assert.DoesNotContain(".uni", ptx);
        Assert.Contains("add.rn.f32", ptx);
        Assert.Contains("mul.rn.f32", ptx);
    }

    [Fact]
    public void IlgpuLeavesBothToTheAssembler()
    {
        string ptx = PtxCompiler.CompileAsIlgpuDoes(Method(nameof(Simt.GeneralKernel), nameof(Simt.GeneralKernel.Kernel)), Architecture);

        Assert.Matches(Unrounded(), ptx);
        Assert.Contains("bra.uni", ptx);
    }

    [Fact]
    public void EveryOtherGpuKernelCompilesToo()
    {
        MethodInfo[] kernels =
        [
            typeof(SelfCheck).GetMethod(nameof(SelfCheck.Generate))!,
            typeof(SelfCheck).GetMethod(nameof(SelfCheck.Fuse))!,
            typeof(SelfCheck).GetMethod(nameof(SelfCheck.Label))!,
        ];
        Assert.All(kernels, kernel => Assert.DoesNotContain(".ftz", PtxCompiler.Compile(kernel, "SM_80", implicitlyGrouped: true)));
        Assert.Contains("fma.rn.f32", PtxCompiler.Compile(kernels[1], "SM_80", implicitlyGrouped: true));
    }

    [GeneratedRegex(@"\b(add|sub|mul)\.f(32|64)\b")]
    private static partial Regex Unrounded();

    /// <summary>Methods' names end in numbers that differ from one compilation to the next.</summary>
    [GeneratedRegex("_[0-9]+")]
    private static partial Regex Numbers();

    private static MethodInfo Method(string type, string kernel)
    {
        MethodInfo method = typeof(Simt.GeneralKernel).Assembly.GetType($"{typeof(Simt.GeneralKernel).Namespace}.{type}")!.GetMethod(kernel)!;
        return method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(Simt.Tiles.Of7)) : method;
    }
}
