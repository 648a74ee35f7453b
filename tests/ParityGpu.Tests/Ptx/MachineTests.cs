using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>That the machine notices what it is there to notice, and computes where nothing is wrong.</summary>
public sealed class MachineTests
{
    private const int Threads = 64;

    [Fact]
    public void Lanes_that_part_meet_again()
    {
        uint[] found = Run(
            """
            setp.lt.s32	%p1, %r1, 5;
            @%p1 bra	L_few;
            mov.b32	%r2, 100;
            bra.uni	L_joined;
            L_few:
            mov.b32	%r2, 200;
            L_joined:
            bar.sync	0;
            add.s32	%r2, %r2, %r1;
            st.global.b32	[%rd2], %r2;
            ret;
            """);

        Assert.Equal(Enumerable.Range(0, Threads).Select(thread => (uint)(thread + (thread < 5 ? 200 : 100))), found);
    }

    [Theory]
    [InlineData(false, 0x00000000)]
    [InlineData(true, 0x2C800000)]
    public void A_product_and_a_sum_are_rounded_once_where_contracted(bool contracted, uint expected)
    {
        // (1 + 2^-19)² − (1 + 2^-18) is 2^-38, lost when the product is rounded.
        uint[] found = Run(
            """
            mov.f32	%f1, 0f3F800010;
            mul.f32	%f2, %f1, %f1;
            sub.f32	%f3, %f2, 0f3F800020;
            st.global.f32	[%rd2], %f3;
            ret;
            """,
            contracted);

        Assert.All(found, value => Assert.Equal(expected, value));
    }

    [Theory]
    [InlineData("divergent bra.uni", "setp.lt.s32\t%p1, %r1, 5;\n@%p1 bra.uni\tL_end;\nmov.b32\t%r2, 0;\nL_end:\nret;")]
    [InlineData("divergent barrier", "setp.lt.s32\t%p1, %r1, 5;\n@%p1 bra\tL_end;\nbar.sync\t0;\nL_end:\nret;")]
    [InlineData("divergent barrier", "setp.lt.s32\t%p1, %r1, 32;\n@%p1 bra\tL_end;\nbar.sync\t0;\nL_end:\nret;")]
    [InlineData("divergent barrier", "setp.lt.s32\t%p1, %r1, 32;\n@%p1 bra\tL_end;\nbar.sync\t0;\nret;\nL_end:\nbar.sync\t0;\nret;")]
    [InlineData("out of bounds", "ld.global.b32\t%r2, [%rd2+4];\nret;")]
    [InlineData("out of bounds", "ld.global.b32\t%r2, [%rd1+-4];\nret;")]
    [InlineData("out of bounds", "mov.b64\t%rd3, wide;\nst.shared.b32\t[%rd3+8192], %r1;\nret;")]
    [InlineData("misaligned", "ld.global.b32\t%r2, [%rd1+2];\nret;")]
    [InlineData("misaligned", "ld.global.v2.b32\t{%r2, %r3}, [%rd1+4];\nret;")]
    [InlineData("write unequal values", "mov.b64\t%rd3, array;\nst.shared.b32\t[%rd3], %r1;\nret;")]
    [InlineData("write unequal values", "st.global.b32\t[%rd1], %r1;\nret;")]
    [InlineData("without a barrier", "st.global.b32\t[%rd2], %r1;\nld.global.b32\t%r2, [%rd1];\nret;")]
    [InlineData("without a barrier", "ld.global.b32\t%r2, [%rd1];\nst.global.b32\t[%rd2], 7;\nret;")]
    [InlineData("unknown instruction", "sin.approx.f32\t%f1, 0f3F800000;\nret;")]
    [InlineData("unknown instruction", "bar.arrive\t1, 32;\nret;")]
    [InlineData("jump to entry 2 of 2", "L_table:\n.branchtargets L_end, L_end;\nbrx.idx\t%r1, L_table;\nL_end:\nret;")]
    public void What_ptx_leaves_undefined_is_reported(string message, string body)
    {
        var trouble = Assert.Throws<PtxException>(() => Run(body));

        Assert.Contains(message, trouble.Message);
        Assert.Contains($"line {trouble.Line} of the PTX", trouble.Message);
    }

    [Fact]
    public void Threads_may_write_the_same_value()
    {
        uint[] found = Run("st.global.b32\t[%rd1], 7;\nbar.sync\t0;\nld.global.b32\t%r2, [%rd1];\nbar.sync\t0;\nst.global.b32\t[%rd2], %r2;\nret;");

        Assert.All(found, value => Assert.Equal(7u, value));
    }

    [Fact]
    public void A_race_between_groups_is_reported() =>
        Assert.Contains(
            "another group",
            Assert.Throws<PtxException>(() => Run("st.global.b32\t[%rd2], %r1;\nret;", groups: 2)).Message);

    [Fact]
    public void Instructions_sectors_and_bank_conflicts_are_counted()
    {
        var machine = new Machine { CountsAccesses = true };
        var kernel = PtxKernel.Parse(Text(
            """
            mov.b64	%rd3, array;
            and.b32	%r3, %r1, 1;
            mad.lo.u64	%rd4, %rd5, 2, %rd3;
            ld.shared.b32	%r2, [%rd3];
            st.global.b32	[%rd2], %r1;
            ret;
            """));
        Launch(machine, kernel, groups: 1);

        var counts = machine.CountsOf(kernel);
        int store = kernel.Instructions.Single(instruction => instruction.Name == "st.global.b32").Index;
        int load = kernel.Instructions.Single(instruction => instruction.Name == "ld.shared.b32").Index;
        Assert.Equal(2, counts.Executions[store]);
        Assert.Equal(Threads * sizeof(uint) / 32, counts.Sectors[store]);
        Assert.Equal(2, counts.Wavefronts[load]);
    }

    [Fact]
    public void Rows_of_a_bank_take_a_wavefront_each()
    {
        var machine = new Machine { CountsAccesses = true };
        var kernel = PtxKernel.Parse(Text(
            """
            mov.b64	%rd3, wide;
            shl.b32	%r3, %r1, 7;
            cvt.u64.u32	%rd4, %r3;
            add.u64	%rd4, %rd3, %rd4;
            ld.shared.b32	%r2, [%rd4];
            ret;
            """));
        Launch(machine, kernel, groups: 1);

        Assert.Equal(2 * 32, machine.CountsOf(kernel).Wavefronts.Sum());
    }

    /// <summary>Runs instructions on %r1 = thread, %rd1 = a buffer of a word per thread, %rd2 = the thread's word.</summary>
    private static uint[] Run(string body, bool contracted = false, int groups = 1) =>
        Launch(new Machine(), PtxKernel.Parse(Text(body), contracted), groups);

    private static uint[] Launch(Machine machine, PtxKernel kernel, int groups)
    {
        var buffer = MachineBuffer<uint>.Filled(machine, Threads, 0);
        machine.Launch(kernel, groups, Threads, new Arguments().Add(buffer.Address, sizeof(ulong)).ToArray());
        return buffer.Values.ToArray();
    }

    private static string Text(string body) =>
        $$"""
        .visible .entry Test(
        	.param .b64 buffer
        )
        {
        	.shared .align 4 .b8 array[256];
        	.shared .align 4 .b8 wide[8192];
        	mov.b32	%r1, %tid.x;
        	ld.param.b64	%rd1, [buffer];
        	cvt.u64.u32	%rd5, %r1;
        	mad.lo.u64	%rd2, %rd5, 4, %rd1;
        {{body}}
        }
        """;
}
