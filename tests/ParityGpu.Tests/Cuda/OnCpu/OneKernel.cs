using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>A kernel of one instruction, on one group of two threads.</summary>
internal sealed class OneKernel : IDisposable
{
    private readonly nint module;
    private readonly nint function;

    /// <summary>Loads it: %rd1 is the parameter, a pointer; %rd2 16 bytes of shared memory; %p1 is true in thread 0.</summary>
    public OneKernel(string instruction)
    {
        Assert.Equal(0, CudaApi.LoadModule(out module, Ptx(instruction), 0, [], []));
        Assert.Equal(0, CudaApi.GetFunction(out function, module, "one"));
    }

    public static string Ptx(string instruction) => $$"""
        .version 7.0
        .target sm_80
        .address_size 64
        .visible .entry one(
            .param .b64 pointer
        )
        {
            .reg .pred %p<2>;
            .reg .b32 %r<2>;
            .reg .f32 %f<4>;
            .reg .b64 %rd<3>;
            .shared .align 4 .b8 window[16];
            ld.param.u64 %rd1, [pointer];
            mov.u64 %rd2, window;
            mov.u32 %r1, %tid.x;
            setp.eq.u32 %p1, %r1, 0;
            {{instruction}}
            ret;
        }
        """;

    /// <summary>Launches it with the first bytes of a pointer as its parameters; the launch's own error.</summary>
    public unsafe int Launch(nint pointer, int bytes)
    {
        nuint size = (nuint)bytes;
        return CudaApi.Launch(function, 1, 1, 1, 2, 1, 1, 0, 0, 0, [1, (nint)(&pointer), 2, (nint)(&size), 0]);
    }

    public void Dispose() => Assert.Equal(0, CudaApi.UnloadModule(module));
}
