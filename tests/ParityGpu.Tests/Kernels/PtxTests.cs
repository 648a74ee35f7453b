using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>What the CUDA compiler would be given, read without a GPU.</summary>
public class PtxTests
{
    public static TheoryData<string> Architectures => new("SM_80", "SM_90");

    [Theory]
    [MemberData(nameof(Architectures))]
    public void TrainingKernelKeepsToTheCanonAndToRegisters(string architecture)
    {
        string ptx = Compile(typeof(MlpSimt).GetMethod(nameof(MlpSimt.Kernel))!, architecture);

        Assert.Contains("fma.rn.f32", ptx);
        Assert.Contains("popc.b32", ptx);
        Assert.DoesNotContain(".ftz", ptx);
        Assert.DoesNotContain(".approx", ptx);
        Assert.DoesNotContain("mad.f32", ptx);
        Assert.DoesNotContain("mad.rn.f32", ptx);
        Assert.DoesNotContain("div.", ptx.Replace("div.u64", "").Replace("div.s32", "").Replace("div.u32", ""));
        Assert.DoesNotContain("sqrt.", ptx);

        // A stack frame is declared as a .local array; calls would pass their arguments through one.
        Assert.DoesNotContain(".local", ptx);
        Assert.DoesNotContain("call", ptx);
    }

    [Fact]
    public void InputsAreReadFourAtATime()
    {
        string ptx = Compile(typeof(MlpSimt).GetMethod(nameof(MlpSimt.Kernel))!, "SM_90");

        Assert.Contains("ld.shared.v4", ptx);
    }

    internal static string Compile(MethodInfo kernel, string architecture)
    {
        using var context = Context.Create(builder =>
        {
            builder.CPU();
            Canon.Register(builder.GetIntrinsicManager());
        });
        var target = (CudaArchitecture)typeof(CudaArchitecture).GetField(architecture)!.GetValue(null)!;
        using var backend = new PTXBackend(context, target, CudaInstructionSet.ISA_80, null!);
        var compiled = backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }
}
