using System.Reflection;
using ILGPU;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Ptx;

/// <summary>What can be told of the kernels' PTX without running it.</summary>
public sealed class StaticPtxTests
{
    public static TheoryData<string> KernelsWithClearBarriers =>
        [.. GpuKernels.Names.Where(name => name != nameof(Simt.GeneralKernel.TransformerKernel)
            && !name.StartsWith(nameof(Simt.CountingKernel), StringComparison.Ordinal))];

    public static TheoryData<string> Kernels => [.. GpuKernels.Names];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void No_product_feeds_a_sum_that_it_could_be_fused_with(string name) =>
        Assert.Empty(RoundingChecks.ContractiblePairs(GpuKernels.Decode(name)).Select(pair => $"{Text(pair.Product)} feeds {Text(pair.Sum)}"));

    /// <summary>In OpenCL C they would not hold: ILGPU writes ordered ones there.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void No_comparison_holds_for_what_is_not_a_number(string name) =>
        Assert.Empty(RoundingChecks.UnorderedComparisons(GpuKernels.Decode(name)).Select(Text));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void No_jump_that_may_split_a_warp_is_called_uniform(string name) =>
        Assert.Empty(ThreadDependence.UniformJumpsThatMayDiverge(GpuKernels.Decode(name)).Select(Text));

    /// <summary>
    /// Where the analysis can tell. It cannot in the transformer's training kernel, which <see cref="TransformersOnMachineTests"/> watch, nor in the
    /// counting kernels' loop over passes, which <see cref="CountsOnMachineTests"/> watch.
    /// </summary>
    [Theory]
    [MemberData(nameof(KernelsWithClearBarriers))]
    public void Every_thread_comes_to_every_barrier(string name) =>
        Assert.Empty(ThreadDependence.BarriersThatThreadsMayMiss(GpuKernels.Decode(name)).Select(Text));

    [Fact]
    public void A_branch_on_what_a_thread_computed_is_found() =>
        Assert.NotEmpty(ThreadDependence.UniformJumpsThatMayDiverge(Decode(nameof(Branching))));

    [Fact]
    public void A_branch_on_what_threads_set_on_different_ways_is_found()
    {
        var kernel = PtxKernel.Parse(
            """
            .visible .entry Test(
            	.param .b64 buffer
            )
            {
            	mov.b32	%r1, %tid.x;
            	mov.b32	%r2, 0;
            	setp.lt.s32	%p1, %r1, 5;
            	@%p1 bra	L_few;
            	mov.b32	%r2, 1;
            L_few:
            	setp.eq.s32	%p2, %r2, 0;
            	@%p2 bra.uni	L_end;
            	mov.b32	%r2, 2;
            L_end:
            	ret;
            }
            """);

        Assert.Equal(12, Assert.Single(ThreadDependence.UniformJumpsThatMayDiverge(kernel)).Line);
    }

    [Fact]
    public void A_barrier_that_some_threads_miss_is_found()
    {
        Assert.NotEmpty(ThreadDependence.BarriersThatThreadsMayMiss(Decode(nameof(Waiting))));
        Assert.Empty(ThreadDependence.BarriersThatThreadsMayMiss(Decode(nameof(Branching))));
    }

    [Fact]
    public void A_product_that_feeds_a_sum_is_found() =>
        Assert.NotEmpty(RoundingChecks.ContractiblePairs(Decode(nameof(ProductAndSum))));

    [Fact]
    public void Ilgpu_forgets_nan_where_the_constant_comes_first()
    {
        Assert.Empty(RoundingChecks.UnorderedComparisons(Decode(nameof(ConstantFirst))));
        Assert.NotEmpty(RoundingChecks.UnorderedComparisons(Decode(nameof(ConstantLast))));
    }

    [Fact]
    public void Ilgpu_makes_an_unordered_comparison_of_a_negation()
    {
        Assert.NotEmpty(RoundingChecks.UnorderedComparisons(Decode(nameof(Negation))));
        Assert.Empty(RoundingChecks.UnorderedComparisons(Decode(nameof(NegationOfBits))));
    }

    /// <summary>What no kernel may do: ILGPU calls branches uniform unless they depend on the thread's number in ways that it sees.</summary>
    private static void Branching(ArrayView<float> values)
    {
        if (ExactMath.Fma(values[Group.IdxX], 2f, 1f) > 0f)
            values[Group.IdxX + 1] = 3f;
    }

    /// <summary>Nor this.</summary>
    private static void Waiting(ArrayView<float> values)
    {
        if (Group.IdxX < 5)
            Group.Barrier();

        values[Group.IdxX] = 3f;
    }

    /// <summary>Nor this: ILGPU writes mul.f32 and add.f32, which NVIDIA's assembler may fuse.</summary>
    private static void ProductAndSum(ArrayView<float> values) => values[0] = (values[1] * values[2]) + values[3];

    /// <summary>Nor this: ILGPU puts the constant last and takes the jump to the other value, an unordered one, for an ordered one.</summary>
    private static void ConstantFirst(ArrayView<float> values) => values[0] = 2f > values[1] ? 3f : values[2];

    private static void ConstantLast(ArrayView<float> values) => values[0] = values[1] < 2f ? 3f : values[2];

    private static void Negation(ArrayView<uint> words, float value) => words[0] = value > 0f ? 0u : 1u;

    private static void NegationOfBits(ArrayView<uint> words, float value) => words[0] = (value > 0f ? 1u : 0u) ^ 1u;

    private static PtxKernel Decode(string method) => PtxKernel.Parse(PtxCompiler.CompileAsIlgpuDoes(
        typeof(StaticPtxTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!, "SM_90"));

    private static string Text(Instruction instruction) => $"{instruction.Line}: {instruction.Text}";
}
